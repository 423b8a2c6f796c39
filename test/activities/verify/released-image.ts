import { finaliseImage } from '../../../activities/build/finalise-image.ts';
import { checksFor } from '../../compliance/checks/all-checks.ts';
import { resolvedDependencies } from '../../../activities/sign/statements/dependencies.ts';
import { DESCRIBED, type EvidenceKind, type Requirement } from '../../../activities/verify/requirement.ts';
import type { ImageExpectation } from '../../../activities/verify/verify-image.ts';
import { REQUIREMENTS } from '../../../activities/verify/requirement.ts';
import { pushImage } from '../../../adapters/oci-layout/push.ts';
import type { OciImage } from '../../../adapters/oci-layout/oci-image.ts';
import { attachBundle } from '../../../adapters/sigstore/attach.ts';
import type { BundleJson } from '../../../adapters/sigstore/sign.ts';
import type { Statement } from '../../../adapters/sigstore/statement.ts';
import { hexOf, type OciDigest, type Sha256, sha256 } from '../../../domain/digest.ts';
import { GATES } from '../../../domain/evidence/gate.ts';
import { BUILD_TYPE, BUILDER_IDS, VERIFIER_ID } from '../../../domain/evidence/project.ts';
import {
  OPENVEX,
  type OpenVex,
  type StatedVulnerability,
  statusNotes,
} from '../../../domain/evidence/openvex.ts';
import type { Provenance } from '../../../domain/evidence/provenance.ts';
import { gateTest, type TestResult } from '../../../domain/evidence/test-result.ts';
import type { VerificationSummary } from '../../../domain/evidence/verification-summary.ts';
import type { VulnerabilityResult } from '../../../domain/evidence/vulnerability-result.ts';
import { contentsOf, imageOf, PACKAGES, samplePlan, sbomOf } from '../evidence/sbom/described-image.ts';
import type { SigningStack } from './signing-stack.ts';

/** How readers name the sample images. */
const NAME = 'registry.example.com/openssl-fips';
const { plan, lock } = samplePlan();
const SOURCE = `git+${plan.source}`;
const NOW = '2026-11-22T12:00:00Z';

/** What is signed of an image: the predicates of all that every image has, and of what some have. */
export type Claims = Readonly<Record<Requirement, object>> & Partial<Record<EvidenceKind, object>>;

/** A standard image, finished as a release finishes it. `mark` makes it another one. */
export async function finishedImage(mark = ''): Promise<OciImage> {
  const image = await imageOf(contentsOf(PACKAGES, mark === '' ? {} : { 'etc/mark': mark }));
  return finaliseImage(image, {
    variant: 'standard',
    coreVersion: plan.version,
    providerVersion: '3.1.2',
    certificate: 4985,
    revision: plan.commit,
    source: plan.source,
    vendor: 'somebody',
    epoch: plan.epoch,
  });
}

/** Everything but the summary that a release says of an image. */
async function claimsOf(image: OciImage): Promise<Omit<Claims, 'summary'>> {
  return {
    sbom: await sbomOf(image),
    provenance: provenanceOf(),
    'self-tests': selfTests(checksFor('standard', 'linux/amd64').map(({ id }) => id)),
    vulnerabilities: VULNERABILITIES,
    gates: gates(GATES.map((gate) => gateTest(gate, 'canary'))),
  };
}

/** A provenance as our build type has it. */
export function provenanceOf(): Provenance {
  return {
    buildDefinition: {
      buildType: BUILD_TYPE,
      externalParameters: {
        source: { uri: SOURCE, digest: { gitCommit: plan.commit } },
        version: plan.version,
        variant: 'standard',
        platform: 'linux/amd64',
      },
      internalParameters: { revision: plan.commit, epoch: plan.epoch, files: {}, isRebuild: false },
      resolvedDependencies: resolvedDependencies({ plan, lock }, 'standard', 'linux/amd64'),
    },
    runDetails: {
      builder: {
        id: BUILDER_IDS.embedded,
        builderDependencies: [{ name: 'melange', digest: { sha256: sha256('melange') } }],
        version: {},
      },
      metadata: { invocationId: 'release-1/run-1', startedOn: NOW, finishedOn: NOW },
      byproducts: [{ name: 'log', digest: { sha256: sha256('log') } }],
    },
  };
}

/** A result of self-tests. */
export function selfTests(passedTests: string[], failedTests: string[] = []): TestResult {
  return {
    result: failedTests.length === 0 ? 'PASSED' : 'FAILED',
    configuration: [{ name: 'self-tests', digest: { sha256: sha256('suite') } }],
    passedTests,
    warnedTests: [],
    failedTests,
  };
}

/** A result of the gates. */
export function gates(
  passedTests: string[],
  { warned = [], failed = [] }: { warned?: string[]; failed?: string[] } = {},
): TestResult {
  return {
    result: failed.length > 0 ? 'FAILED' : warned.length > 0 ? 'WARNED' : 'PASSED',
    configuration: [{ name: 'gates', digest: { sha256: sha256('policy') } }],
    passedTests,
    warnedTests: warned,
    failedTests: failed,
  };
}

/** A CVE that passes by a statement in {@link statedVulnerabilities}, {@link statedGates} and {@link vexOf}. */
export const STATED = 'CVE-2026-1000';

/** A scan in which {@link STATED} passed by a statement. */
export function statedVulnerabilities(): VulnerabilityResult {
  const finding = {
    id: STATED,
    severity: [{ method: 'trivy', score: 'high' }],
    annotations: [{ package: 'openssl', version: '3.5.7-r0', state: 'stated', reason: 'stated' }],
  };
  return { ...VULNERABILITIES, scanner: { ...VULNERABILITIES.scanner, result: [finding] } };
}

/** Gates of which one passed by the statement on {@link STATED}. */
export function statedGates(): TestResult {
  return gates(
    GATES.map((gate) => gateTest(gate, 'canary')),
    { warned: [gateTest('vulnerabilities', STATED)] },
  );
}

/** A statement on {@link STATED} about an image, with changes. */
export function vexOf(
  { index, manifest }: OciImage,
  changes: Partial<StatedVulnerability> = {},
  more: readonly StatedVulnerability[] = [],
): OpenVex {
  const stated: StatedVulnerability = {
    vulnerability: { name: STATED },
    products: [index, manifest].map(({ descriptor }) => ({
      '@id': `pkg:oci/openssl-fips@${descriptor.digest}?repository_url=${NAME}`,
      hashes: { 'sha-256': hexOf(descriptor.digest) },
    })),
    status: 'not_affected',
    status_notes: statusNotes('2099-12-31', 'a@example.com'),
    justification: 'vulnerable_code_not_in_execute_path',
    impact_statement: 'nothing calls it',
    ...changes,
  };
  return {
    '@context': OPENVEX,
    '@id': `${SOURCE}@${plan.commit}#vex-standard-x86_64`,
    author: 'somebody',
    timestamp: NOW,
    version: 1,
    statements: [stated, ...more],
  };
}

const VULNERABILITIES: VulnerabilityResult = {
  scanner: {
    uri: 'pkg:generic/trivy@0.70.0',
    version: '0.70.0',
    db: { uri: 'registry.example.com/trivy-db:2', version: '2', lastUpdate: '2026-11-22T06:00:00Z' },
    result: [],
  },
  metadata: { scanStartedOn: NOW, scanFinishedOn: NOW },
};

/** A summary of these bundles. */
export function summaryOf(
  bundles: readonly BundleJson[],
  changes: Partial<VerificationSummary> = {},
): VerificationSummary {
  return {
    verifier: { id: VERIFIER_ID, version: {} },
    timeVerified: NOW,
    resourceUri: NAME,
    policy: { uri: `${SOURCE}@${plan.commit}#versions.hcl`, digest: { sha256: sha256('policy') } },
    inputAttestations: bundles.map((bundle) => ({ digest: { sha256: digestOf(bundle) } })),
    verificationResult: 'PASSED',
    verifiedLevels: ['SLSA_BUILD_LEVEL_3'],
    slsaVersion: '1.2',
    ...changes,
  };
}

/** The digest that a bundle is attached under. */
export function digestOf(bundle: BundleJson): Sha256 {
  return sha256(JSON.stringify(bundle));
}

/** What a consumer expects of the sample images. */
export function expectationOf({ trust }: SigningStack): ImageExpectation {
  return {
    trust,
    required: REQUIREMENTS,
    name: NAME,
    lock,
    provenance: {
      builders: Object.values(BUILDER_IDS),
      source: SOURCE,
      commit: plan.commit,
      version: plan.version,
      variant: 'standard',
      platform: 'linux/amd64',
    },
  };
}

/** A statement about the index and the manifest of an image. */
export function statementAbout(
  { index, manifest }: OciImage,
  predicateType: string,
  predicate: object,
): Statement {
  const subject = [index, manifest].map(({ descriptor }) => ({
    name: NAME,
    digest: { sha256: hexOf(descriptor.digest) },
  }));
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject,
    predicateType,
    predicate: predicate as Record<string, unknown>,
  };
}

/** Signs a claim about an image. */
export async function signClaim(
  stack: SigningStack,
  image: OciImage,
  kind: EvidenceKind,
  predicate: object,
): Promise<BundleJson> {
  return await stack.sign(statementAbout(image, DESCRIBED[kind].predicateType, predicate));
}

/** Puts an image into a repository, and bundles on its index and its manifest. */
export async function putWith(
  { registry }: SigningStack,
  repository: string,
  image: OciImage,
  bundles: readonly BundleJson[],
  on: readonly ('index' | 'manifest')[] = ['index', 'manifest'],
): Promise<OciDigest> {
  const digest = await pushImage(registry, repository, image);
  for (const part of on) {
    const address = { registry, repository, digest: image[part].descriptor.digest };
    for (const bundle of bundles) await attachBundle(address, bundle, predicateTypeOf(bundle));
  }
  return digest;
}

/** The bundles of all that every image has, and of what some have. */
type SignedClaims = Record<Requirement, BundleJson> & Partial<Record<EvidenceKind, BundleJson>>;

/** Signs all that a release says of an image, with other claims in place of some. */
export async function signAll(
  stack: SigningStack,
  image: OciImage,
  changed: Partial<Claims> = {},
): Promise<SignedClaims> {
  const claims = { ...(await claimsOf(image)), ...changed };
  const { summary: _, ...others } = claims as Claims;
  const signed = await Promise.all(
    Object.entries(others).map(
      async ([kind, predicate]) =>
        [kind, await signClaim(stack, image, kind as EvidenceKind, predicate)] as const,
    ),
  );
  const bundles = Object.fromEntries(signed) as Omit<SignedClaims, 'summary'>;
  const summary = changed.summary ?? summaryOf(Object.values(bundles));
  return { ...bundles, summary: await signClaim(stack, image, 'summary', summary) };
}

/** What a bundle says it is, as its carrier is annotated. */
function predicateTypeOf(bundle: BundleJson): string {
  const { payload } = bundle['dsseEnvelope'] as { payload: string };
  const text = Buffer.from(payload, 'base64').toString('utf8');
  return (JSON.parse(text) as { predicateType: string }).predicateType;
}
