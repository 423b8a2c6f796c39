import { packagesOfSbom } from '../../activities/evidence/sbom/read-sbom.ts';
import { Checklist } from '../../activities/verify/checklist.ts';
import { DESCRIBED, REQUIREMENTS, type EvidenceKind } from '../../activities/verify/requirement.ts';
import { examineImage, type Examination } from '../../activities/verify/verify-image.ts';
import { lookAtRecord } from '../../activities/verify/verify-record.ts';
import { downloadSize } from '../../adapters/registry/oci-types.ts';
import { openRegistry } from '../../adapters/registry/registry.ts';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { OpenVex } from '../../domain/evidence/openvex.ts';
import { Provenance } from '../../domain/evidence/provenance.ts';
import { TestResult } from '../../domain/evidence/test-result.ts';
import { VerificationSummary } from '../../domain/evidence/verification-summary.ts';
import { VulnerabilityResult } from '../../domain/evidence/vulnerability-result.ts';
import { canonicalJson } from '../../domain/pins/canonical-json.ts';
import type { Check } from '../../domain/release/check.ts';
import type { ReleasedImage } from '../../domain/release/status.ts';
import type { ReleaseEntry } from '../release/release-entry.ts';
import { readRecordBundle } from '../verify/find-published.ts';
import type { VerifySettings } from '../verify/verify-settings.ts';
import type { ImageFacts, SignedStatement, VerifiedDocuments } from './model/facts.ts';

/** Whom to trust, and when to stop. */
export interface Looking {
  readonly settings: VerifySettings;
  readonly signal: AbortSignal;
}

/** What reading a registry can end with, when what is asked for is not there or is not what it must be. */
const NOT_THERE: ReadonlySet<string> = new Set(['FND_BAD_INPUT', 'FND_BAD_DATA', 'FND_ARTIFACT_MISSING']);

/**
 * The images of a release that has completed, each looked at as `foundry verify` does. What does not hold, or is not there any more, is in
 * the answer. Throws FND_UNREACHABLE: a registry that gives no answer says nothing of an image.
 */
export async function lookAtImages(entry: ReleaseEntry, looking: Looking): Promise<ImageFacts[]> {
  if (entry.state !== 'completed') return [];
  const facts: ImageFacts[] = [];
  for (const image of entry.status?.images ?? []) facts.push(await lookAtOne(image, entry, looking));
  return facts;
}

async function lookAtOne(image: ReleasedImage, entry: ReleaseEntry, looking: Looking): Promise<ImageFacts> {
  try {
    return factsOf(image, await examine(image, entry, looking));
  } catch (error) {
    if (!(error instanceof FoundryError) || !NOT_THERE.has(error.code)) throw error;
    return { image, bytes: null, checks: [], refusal: messageOf(error), documents: {}, signed: [] };
  }
}

async function examine(
  { registry, repository, digest, variant, platform, attestations }: ReleasedImage,
  { version, commit }: ReleaseEntry,
  { settings, signal }: Looking,
): Promise<Examination> {
  const { trust, builders, name, source, login } = settings;
  return await examineImage(
    { registry: openRegistry(registry, login, signal), repository, digest },
    {
      trust,
      required: REQUIREMENTS,
      bundles: attestations.map(({ bundle }) => bundle),
      ...(name === undefined ? {} : { name }),
      provenance: {
        builders,
        version,
        commit,
        variant,
        platform,
        ...(source === undefined ? {} : { source }),
      },
    },
  );
}

/** What an examination found, with only those documents whose own check passed. */
function factsOf(image: ReleasedImage, examination: Examination): ImageFacts {
  const { checks, refusal, attestations, image: parts } = examination;
  return {
    image,
    bytes: parts === undefined ? null : downloadSize(parts.manifest.content),
    checks,
    refusal: refusal === undefined ? null : `${refusal.code}: ${refusal.message}`,
    documents: documentsOf(examination),
    signed: Object.entries(attestations).map(([kind, { bundle, signedAt }]): SignedStatement => ({
      title: DESCRIBED[kind as EvidenceKind].title,
      bundle,
      signedAt: signedAt.toISOString(),
    })),
  };
}

function documentsOf({ checks, attestations }: Examination): VerifiedDocuments {
  const predicateOf = (kind: EvidenceKind): unknown => {
    const isHeld = checks.some(({ id, verdict }) => id === kind && verdict === 'pass');
    return isHeld ? attestations[kind]?.statement.predicate : undefined;
  };
  const sbom = predicateOf('sbom');
  const [provenance, selfTests, vulnerabilities, gates, vex, summary] = [
    Provenance.safeParse(predicateOf('provenance')).data,
    TestResult.safeParse(predicateOf('self-tests')).data,
    VulnerabilityResult.safeParse(predicateOf('vulnerabilities')).data,
    TestResult.safeParse(predicateOf('gates')).data,
    OpenVex.safeParse(predicateOf('vex')).data,
    VerificationSummary.safeParse(predicateOf('summary')).data,
  ];
  return {
    ...(sbom === undefined ? {} : { packages: packagesOfSbom(sbom).map(packageOf) }),
    ...(provenance === undefined ? {} : { provenance }),
    ...(selfTests === undefined ? {} : { selfTests }),
    ...(vulnerabilities === undefined ? {} : { vulnerabilities }),
    ...(gates === undefined ? {} : { gates }),
    ...(vex === undefined ? {} : { vex }),
    ...(summary === undefined ? {} : { summary }),
  };
}

type Package = ReturnType<typeof packagesOfSbom>[number];

function packageOf({
  name,
  version,
  origin,
  licence,
  sha256,
}: Package): Pick<Package, 'name' | 'version' | 'origin' | 'licence' | 'sha256'> {
  return { name, version, origin, licence, sha256 };
}

/** The signed record of a release that has completed: it is there, genuine, and names the same images as the release itself. */
export async function lookAtItsRecord(entry: ReleaseEntry, { settings, signal }: Looking): Promise<Check[]> {
  const { published, trust, login } = settings;
  const { state, version, commit, status } = entry;
  if (state !== 'completed' || status === null || published === undefined) return [];
  const { repository } = published;
  const place = { registry: openRegistry(published.registry, login, signal), repository };
  const list = new Checklist();
  const bundle = await list.look({
    id: 'record-found',
    title: 'The record of the release is published',
    given: place,
    async work(there) {
      try {
        const value = await readRecordBundle(there, { version, commit });
        return { value, detail: `in ${published.registry}/${published.repository}` };
      } catch (error) {
        if (!(error instanceof FoundryError) || !NOT_THERE.has(error.code)) throw error;
        throw new FoundryError('FND_EVIDENCE_MISSING', error.message, { cause: error });
      }
    },
  });
  if (bundle === undefined) return [...list.checks];
  const signed = await lookAtRecord(list, bundle, trust, { version, commit });
  await list.look({
    id: 'record-images',
    title: 'The record names the images that this page names',
    given: signed,
    work(record) {
      if (canonicalJson(record.images) === canonicalJson(status.images))
        return { value: record, detail: `${record.images.length}, each with the same attestations` };
      throw new FoundryError(
        'FND_PROVENANCE_REFUSED',
        'the signed record names other images or attestations',
      );
    },
  });
  return [...list.checks];
}
