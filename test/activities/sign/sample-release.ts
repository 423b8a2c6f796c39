import type { ImageInQuarantine } from '../../../activities/artifacts/image-in-quarantine.ts';
import { type StoredImage, storeImage } from '../../../activities/artifacts/stored-image.ts';
import { BUILD_STEPS } from '../../../activities/build/build-step.ts';
import { finaliseImage } from '../../../activities/build/finalise-image.ts';
import { identityOf } from '../../../activities/build/plan-orders.ts';
import { readPlan, type ReadPlan } from '../../../activities/plan/read-plan.ts';
import { checksFor } from '../../compliance/checks/all-checks.ts';
import { joinIndexes } from '../../../adapters/oci-layout/join.ts';
import type { OciImage } from '../../../adapters/oci-layout/oci-image.ts';
import { MEDIA_TYPES } from '../../../adapters/registry/oci-types.ts';
import type { ArtifactStore } from '../../../adapters/store/artifact-store.ts';
import { storeOutcome } from '../../../adapters/store/store-outcome.ts';
import type { RecordedActivity, RecordedRelease } from '../../../adapters/temporal-history/recorded.ts';
import type { Artifact } from '../../../domain/artifact.ts';
import { ociDigest } from '../../../domain/digest.ts';
import { GATES } from '../../../domain/evidence/gate.ts';
import { releaseWorkflowId } from '../../../domain/pins/identity.ts';
import type { Platform } from '../../../domain/pins/variant.ts';
import { buildQueue, selftestQueue } from '../../../domain/release/contract.ts';
import { type Lock, renderLock } from '../../../domain/pins/lock.ts';
import { LOCK_FILE, VERSIONS_FILE } from '../../../domain/pins/pin-files.ts';
import type { StageOutcome } from '../../../domain/release/check.ts';
import type { ReleasePlan } from '../../../domain/release/plan.ts';
import type { Attestation, ReleaseStatus } from '../../../domain/release/status.ts';
import { STAGES } from '../../../domain/release/stage.ts';
import { SAMPLE, sampleLock, samplePins } from '../../domain/pins/sample-pins.ts';
import { contentsOf, imageOf, PACKAGES } from '../evidence/sbom/described-image.ts';
import { imageWith } from '../../adapters/oci-layout/sample-image.ts';
import { check, gated, PASSED_BY_STATEMENT } from './sample-gates.ts';
import { built, done, MOMENT, packagesOf } from './sample-work.ts';

export const MAKER = { vendor: 'somebody', notice: undefined };
const COMMIT = 'c'.repeat(40);
/** One of its images: in the store, and its bytes. */
interface SampleImage {
  readonly image: ImageInQuarantine;
  readonly bytes: OciImage;
}

/** A release of one variant up to its gates: what is stored of it, and what a server recorded. */
export interface SampleRelease extends SampleImage {
  readonly read: ReadPlan;
  readonly release: RecordedRelease;
  /** One for each platform, under one index; the first is the sample itself. */
  readonly images: readonly SampleImage[];
}

interface SampleWish {
  /** Where its images are said to lie. */
  readonly registry?: string;
  readonly repository?: string;
  /** Whether one CVE passed by a statement. */
  readonly isStated?: boolean;
  readonly platforms?: readonly Platform[];
}

/** Makes a {@link SampleRelease}. */
export async function makeSampleRelease(
  store: ArtifactStore,
  {
    registry = 'registry.example',
    repository = 'quarantine/run/standard',
    isStated = false,
    platforms = ['linux/amd64'],
  }: SampleWish = {},
): Promise<SampleRelease> {
  const stated = isStated ? SAMPLE : SAMPLE.replaceAll(/vex "[^}]*\}\n\n/g, '');
  const plan = await storePlan(store, stated, platforms);
  const read = await readPlan(store, plan);
  const made = await Promise.all(platforms.map((platform) => makeImage(store, read, plan, platform)));
  const joined = joinIndexes(
    made.map(({ bytes }) => bytes),
    'the sample',
  );
  const index = await store.put(joined.bytes, MEDIA_TYPES.index);
  const place = { registry, repository, digest: joined.descriptor.digest };
  const images = made.map(({ platform, image, bytes }): SampleImage => ({
    image: { plan, variant: 'standard', platform, image: { ...image, index }, place },
    bytes: { ...bytes, index: joined },
  }));
  const [first, ...beside] = images;
  if (first === undefined) throw new Error('a release has images');
  const passed = await storeOutcome(store, [check('ALL')]);
  const order = { variant: 'standard', images: made.map(({ platform, image }) => ({ platform, image })) };
  const activities = [
    done('openPlan', 'ingest', inputOf(read), {
      plan,
      variants: ['standard'],
      platforms,
      operatorWaitMs: 1,
      needsApproval: false,
    }),
    done('auditPlan', 'scan', { plan }, passed),
    done('ingest', 'ingest', { plan }, passed),
    ...made.flatMap(({ work }) => work),
    ...(platforms.length === 1 ? [] : [done('joinImages', 'publish', order, { index })]),
    done(
      'pushImage',
      'publish',
      {
        image: first.image.image,
        place: { run: 'run', variant: 'standard' },
        ...(beside.length === 0 ? {} : { beside: beside.map(({ image }) => image.image) }),
      },
      place,
    ),
    ...(await Promise.all(images.map(({ image }) => judgedBy(store, image, isStated)))).flat(),
  ];
  return { read, ...first, images, release: releaseOf(read, activities) };
}

interface MadeImage {
  readonly platform: Platform;
  /** Under an index of its own. */
  readonly image: StoredImage;
  readonly bytes: OciImage;
  readonly work: readonly RecordedActivity[];
}

/** An image as both builders made it. Other platforms have one file more. */
async function makeImage(
  store: ArtifactStore,
  read: ReadPlan,
  plan: Artifact,
  platform: Platform,
): Promise<MadeImage> {
  const architecture = platform.replace('linux/', '');
  const own = BUILD_STEPS.flatMap(packagesOf);
  const marked = architecture === 'amd64' ? {} : { 'etc/machine': architecture };
  const composed = imageWith(await imageOf(contentsOf(PACKAGES, marked)), { document: { architecture } });
  const bytes = finaliseImage(composed, identityOf(read, 'standard', MAKER));
  const [image, before] = [await storeImage(store, bytes), await storeImage(store, composed)];
  const passed = await storeOutcome(store, [check('ALL')]);
  const queue = buildQueue(platform);
  const of = { plan, platform, variant: 'standard', own };
  const child = 'constructImage';
  const finished = { outcome: passed, image, digest: ociDigest(image.index.digest) };
  const work = [
    ...BUILD_STEPS.flatMap((step) => [
      built(plan, platform, step, 'a'),
      built(plan, platform, step, 'b'),
      done('comparePackages', queue, { a: packagesOf(step), b: packagesOf(step) }, passed),
    ]),
    done('composeImage', queue, { ...of, builder: 'a' }, before, child),
    done('composeImage', queue, { ...of, builder: 'b' }, before, child),
    done('compareImages', queue, { a: before, b: before, variant: 'standard' }, passed, child),
    done('finishImage', queue, { ...of, image: before }, finished, child),
  ];
  return { platform, image, bytes, work };
}

/** The self-tests and the gates of an image. */
async function judgedBy(
  store: ArtifactStore,
  image: ImageInQuarantine,
  isStated: boolean,
): Promise<RecordedActivity[]> {
  const { plan, platform, place } = image;
  const own = BUILD_STEPS.flatMap(packagesOf);
  const order = { plan, platform, variant: 'standard', own, image: image.image };
  const tested = await selfTests(store, platform);
  const gates = GATES.map(async (gate) => {
    const changes = isStated && gate === 'vulnerabilities' ? PASSED_BY_STATEMENT : {};
    const result = await gated(store, gate, place.digest, { platform, ...changes });
    return done('runGate', 'scan', { ...image, gate }, result);
  });
  return [
    done('selftestImage', selftestQueue(platform), order, tested, 'selfTestImage'),
    ...(await Promise.all(gates)),
  ];
}

/** What the workflow says of a release when its record is signed: of each image what was attested of it, in their order. */
export function recordOf(
  { read, images }: SampleRelease,
  published: string,
  ...attestations: readonly (readonly Attestation[])[]
): ReleaseStatus {
  return {
    schemaVersion: 1,
    version: read.plan.version,
    commit: read.plan.commit,
    state: 'completed',
    stages: STAGES.map((stage) => ({
      stage,
      state: 'pass',
      attempts: 1,
      startedAt: MOMENT,
      seconds: 1,
      parts: [],
    })),
    images: images.map(({ image }, at) => ({
      variant: image.variant,
      platform: image.platform,
      registry: image.place.registry,
      repository: published,
      digest: image.place.digest,
      tag: read.plan.version,
      attestations: [...(attestations[at] ?? [])],
    })),
    approval: null,
    waiting: null,
    aborted: null,
  };
}

function releaseOf(read: ReadPlan, activities: readonly RecordedActivity[]): RecordedRelease {
  const order = inputOf(read);
  return {
    execution: { workflowId: releaseWorkflowId(order), runId: '01a202c7-c897-795e-92c2-2c527c9ff63b' },
    type: 'release',
    taskQueue: 'control',
    order,
    startedAt: MOMENT,
    builds: ['f3b0faa0f1c83cb6'],
    activities,
    updates: [],
  };
}

function inputOf({ plan }: ReadPlan): { version: string; commit: string; isRebuild: boolean } {
  return { version: plan.version, commit: plan.commit, isRebuild: false };
}

/** Puts a plan into the store: pins, given as their text, and {@link sampleLock}, for each platform. */
export async function storePlan(
  store: ArtifactStore,
  versions = SAMPLE,
  platforms: readonly Platform[] = ['linux/amd64'],
): Promise<Artifact> {
  const put = (text: string, type = 'application/octet-stream'): Promise<Artifact> =>
    store.put(Buffer.from(text), type);
  const plan: ReleasePlan = {
    schemaVersion: 1,
    version: samplePins().core.version,
    commit: COMMIT,
    revision: COMMIT,
    source: 'https://git.example.com/openssl-fips.git',
    epoch: 1_780_000_000,
    files: {
      [VERSIONS_FILE]: await put(
        versions.replace(/^platforms = .*$/m, `platforms = ${JSON.stringify(platforms)}`),
      ),
      [LOCK_FILE]: await put(renderLock(lockFor(platforms))),
    },
  };
  return await put(JSON.stringify(plan), 'application/json');
}

function lockFor(platforms: readonly Platform[]): Lock {
  const lock = sampleLock();
  const files = lock.files.flatMap((file): Lock['files'][number][] =>
    file.platform === null ? [file] : platforms.map((platform) => ({ ...file, platform })),
  );
  return { ...lock, files };
}

async function selfTests(store: ArtifactStore, platform: Platform): Promise<StageOutcome> {
  return await storeOutcome(
    store,
    checksFor('standard', platform).map(({ id, title }) => ({ ...check(id), title })),
  );
}
