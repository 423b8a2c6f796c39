import { Buffer } from 'node:buffer';
import type { Registry } from '../../adapters/registry/registry.ts';
import type { RecordedRelease } from '../../adapters/temporal-history/recorded.ts';
import type { Artifact } from '../../domain/artifact.ts';
import type { BuilderKind } from '../../domain/evidence/project.ts';
import { PREDICATE_TYPES } from '../../domain/evidence/predicate-types.ts';
import type { Attestation, ReleaseStatus } from '../../domain/release/status.ts';
import type { Report } from '../../domain/report.ts';
import { ImageInQuarantine } from '../artifacts/image-in-quarantine.ts';
import type { ImageMaker } from '../build/plan-orders.ts';
import { describeImage } from '../evidence/sbom/describe-image.ts';
import type { UsedTool } from '../evidence/sbom/formulation.ts';
import { type ReadPlan, readPlan } from '../plan/read-plan.ts';
import { type Claim, signAndAttach, subjectsIn } from './attach-signed.ts';
import { attestedFacts, gateFacts, type ImageFacts, imageFacts } from './image-facts.ts';
import { inputOf } from './recorded-work.ts';
import { recomputeImage, requireInQuarantine } from './recompute-image.ts';
import { type SignedRecord, signStatus } from './sign-record.ts';
import type { Signing } from './sign-once.ts';
import { signingOf, type SigningSource } from './signing-of.ts';
import { selfTestChecks, storedGate } from './stored-evidence.ts';
import { gatesResult, vulnerabilitiesOf } from './statements/gates.ts';
import { provenanceOf } from './statements/provenance.ts';
import { selfTestResult } from './statements/self-tests.ts';
import { statementOf, subjectsOf } from './statements/statement.ts';
import { vexOf } from './statements/vex.ts';
import { pinsDigest, summaryOf } from './statements/verification-summary.ts';
import { verifyQuarantined } from './verify-quarantined.ts';

/** What signing needs from whoever runs it. Only a process of its own has the token. */
export interface SignDependencies extends SigningSource {
  readonly registry: Registry;
  /** The repository in which readers find the images. */
  readonly published: string;
  readonly maker: ImageMaker;
  readonly builder: BuilderKind;
  readonly tools: () => Promise<readonly UsedTool[]>;
  /** What the server recorded of the release that asks. */
  readonly readRelease: () => Promise<RecordedRelease>;
  readonly now: () => Date;
  readonly report: Report;
}

/** Evidence, signed. Each activity may be repeated at any time: what was signed before is found and not signed again. */
export interface SignActivities {
  /**
   * Makes the SBOM of an image, and signs it, the provenance and the self-tests. Throws FND_NOT_RECORDED where the history does not show
   * what would be claimed, FND_DIGEST_MISMATCH where the bytes are others, FND_SIGNATURE_REFUSED, FND_EVIDENCE_MISSING, FND_UNREACHABLE.
   */
  readonly attestBuild: (
    image: ImageInQuarantine,
  ) => Promise<{ readonly sbom: Artifact; readonly attestations: readonly Attestation[] }>;
  /**
   * Signs what the four gates found, when all of them passed, and what persons state about vulnerabilities (VEX), where they do.
   * Throws what {@link attestBuild} throws.
   */
  readonly attestGates: (
    image: ImageInQuarantine,
  ) => Promise<{ readonly attestations: readonly Attestation[] }>;
  /**
   * Reads everything back from the registry, verifies it as a consumer does, and signs that it passed. Throws what {@link attestBuild} and
   * verifying throw.
   */
  readonly attestVerification: (
    image: ImageInQuarantine,
  ) => Promise<{ readonly attestations: readonly Attestation[] }>;
  /** Signs the record of a release, when history says the same. Throws FND_NOT_RECORDED, FND_SIGNATURE_REFUSED, FND_UNREACHABLE. */
  readonly signRecord: (order: { readonly status: ReleaseStatus }) => Promise<SignedRecord>;
}

const CYCLONEDX = 'application/vnd.cyclonedx+json';

/** The activities with what they work on. */
export function createSignActivities(dependencies: SignDependencies): SignActivities {
  return {
    attestBuild: async (image) => await attestBuild(dependencies, await open(dependencies, image)),
    attestGates: async (image) => await attestGates(dependencies, await open(dependencies, image)),
    attestVerification: async (image) =>
      await attestVerification(dependencies, await open(dependencies, image)),
    async signRecord({ status }) {
      const release = await dependencies.readRelease();
      return await signStatus(signingFor(dependencies, release), dependencies, release, status);
    },
  };
}

/** An image with what is known of it. */
interface Opened {
  readonly image: ImageInQuarantine;
  readonly release: RecordedRelease;
  readonly facts: ImageFacts;
  readonly read: ReadPlan;
  readonly signing: Signing;
}

async function open(dependencies: SignDependencies, asked: ImageInQuarantine): Promise<Opened> {
  const image = ImageInQuarantine.parse(asked);
  const release = await dependencies.readRelease();
  const facts = imageFacts(release, image);
  await requireInQuarantine(dependencies.registry, image);
  const read = await readPlan(dependencies.store, image.plan);
  return { image, release, facts, read, signing: signingFor(dependencies, release) };
}

async function attestBuild(
  dependencies: SignDependencies,
  { image, facts, read, signing }: Opened,
): Promise<{ sbom: Artifact; attestations: Attestation[] }> {
  const { store, builder, report } = dependencies;
  const { variant, platform } = image;
  const tools = await dependencies.tools();
  const checks = await selfTestChecks(store, image, facts.selfTests);
  const made = await recomputeImage(dependencies, image, facts, read);
  const document = await describeImage({
    image: made,
    plan: read,
    variant,
    platform,
    built: facts.steps
      .filter((step) => step.builder === 'a')
      .flatMap(({ packages }) => packages)
      .map(({ name, version, artifact }) => ({ name, version, sha256: artifact.digest })),
    tools,
    subjectName: publishedName(dependencies),
  });
  report(`${variant} (${platform}) is what both builders made; its evidence is signed`);
  const about = claimsAbout(dependencies, image);
  const attestations = await attach(dependencies, signing, image, [
    about(PREDICATE_TYPES.sbom, JSON.parse(Buffer.from(document).toString('utf8')) as object),
    about(PREDICATE_TYPES.provenance, provenanceOf({ facts, read, variant, platform, tools, builder })),
    {
      ...about(PREDICATE_TYPES.testResult, selfTestResult(checks, facts.selfTests.evidence)),
      suite: 'self-tests',
    },
  ]);
  return { sbom: await store.put(document, CYCLONEDX), attestations };
}

async function attestGates(
  dependencies: SignDependencies,
  { image, release, read, signing }: Opened,
): Promise<{ attestations: Attestation[] }> {
  const { store, report, maker } = dependencies;
  const now = dependencies.now();
  const results = await Promise.all(
    gateFacts(release, image).map((fact) => storedGate(store, image, fact, read.versions, now)),
  );
  const scan = results.find(({ result }) => result.gate === 'vulnerabilities');
  if (scan === undefined) throw new Error('one of the gates is for vulnerabilities');
  const { findings } = scan.result;
  const published = publishedName(dependencies);
  const vex = vexOf({ read, image, published, author: maker.vendor, findings, now });
  report(`${image.variant} (${image.platform}) passed ${results.length} gates; that is signed`);
  const about = claimsAbout(dependencies, image);
  const attestations = await attach(dependencies, signing, image, [
    about(PREDICATE_TYPES.vulnerabilities, vulnerabilitiesOf(scan.result)),
    { ...about(PREDICATE_TYPES.testResult, gatesResult(results, pinsDigest(read))), suite: 'gates' },
    ...(vex === undefined ? [] : [about(PREDICATE_TYPES.vex, vex)]),
  ]);
  return { attestations };
}

async function attestVerification(
  dependencies: SignDependencies,
  { image, release, facts, read, signing }: Opened,
): Promise<{ attestations: Attestation[] }> {
  const published = publishedName(dependencies);
  const recorded = attestedFacts(release, image);
  await verifyQuarantined({ ...dependencies, published }, { image, release, read, recorded });
  dependencies.report(`${image.variant} (${image.platform}) verifies as a consumer would verify it`);
  const summary = summaryOf({
    read,
    published,
    attestations: recorded,
    builds: facts.builds,
    at: dependencies.now().toISOString(),
  });
  const claim = claimsAbout(dependencies, image)(PREDICATE_TYPES.verificationSummary, summary);
  return {
    attestations: await attach(dependencies, signing, image, [{ ...claim, moments: ['timeVerified'] }]),
  };
}

function claimsAbout(
  dependencies: SignDependencies,
  { image }: ImageInQuarantine,
): (type: Parameters<typeof statementOf>[1], predicate: object) => Claim {
  const subjects = subjectsOf(publishedName(dependencies), image);
  return (type, predicate) => ({
    statement: statementOf(subjects, type, { ...predicate }),
    suite: null,
  });
}

async function attach(
  { registry }: SignDependencies,
  signing: Signing,
  { image, place }: ImageInQuarantine,
  claims: readonly Claim[],
): Promise<Attestation[]> {
  return await signAndAttach(signing, subjectsIn({ registry, repository: place.repository }, image), claims);
}

function signingFor(dependencies: SignDependencies, release: RecordedRelease): Signing {
  return signingOf(dependencies, inputOf(release).commit, release.execution);
}

function publishedName({ registry, published }: SignDependencies): string {
  return `${registry.host}/${published}`;
}
