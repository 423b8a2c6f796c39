import type { ImageInQuarantine } from '../../../activities/artifacts/image-in-quarantine.ts';
import { storeImage } from '../../../activities/artifacts/stored-image.ts';
import { BUILD_STEPS, type BuildStep } from '../../../activities/build/build-step.ts';
import { finaliseImage } from '../../../activities/build/finalise-image.ts';
import { identityOf } from '../../../activities/build/plan-orders.ts';
import type { StoredPackage } from '../../../activities/build/stored-artifacts.ts';
import { readPlan, type ReadPlan } from '../../../activities/plan/read-plan.ts';
import { checksFor } from '../../compliance/checks/all-checks.ts';
import type { OciImage } from '../../../adapters/oci-layout/oci-image.ts';
import type { ArtifactStore } from '../../../adapters/store/artifact-store.ts';
import { storeOutcome } from '../../../adapters/store/store-outcome.ts';
import type { RecordedActivity, RecordedRelease } from '../../../adapters/temporal-history/recorded.ts';
import type { Artifact } from '../../../domain/artifact.ts';
import { ociDigest } from '../../../domain/digest.ts';
import { GATES } from '../../../domain/evidence/gate.ts';
import { releaseWorkflowId } from '../../../domain/pins/identity.ts';
import { SUITE_PACKAGE } from '../../../domain/pins/variant.ts';
import { renderLock } from '../../../domain/pins/lock.ts';
import { LOCK_FILE, VERSIONS_FILE } from '../../../domain/pins/pin-files.ts';
import type { StageOutcome } from '../../../domain/release/check.ts';
import type { ReleasePlan } from '../../../domain/release/plan.ts';
import type { Attestation, ReleaseStatus } from '../../../domain/release/status.ts';
import { STAGES } from '../../../domain/release/stage.ts';
import { SAMPLE, sampleLock, samplePins } from '../../domain/pins/sample-pins.ts';
import { contentsOf, imageOf, PACKAGES } from '../evidence/sbom/described-image.ts';
import { artifactOf, check, gated, PASSED_BY_STATEMENT } from './sample-gates.ts';

export const MAKER = { vendor: 'somebody', notice: undefined };
const COMMIT = 'c'.repeat(40);
const MOMENT = '2026-11-22T12:00:00.000Z';
const PLATFORM = 'linux/amd64';
const OF_STEP = {
  provider: ['openssl-fips-provider'],
  core: ['libcrypto3'],
  configuration: ['openssl-fips-config'],
  suite: [SUITE_PACKAGE],
} as const satisfies Record<BuildStep, readonly string[]>;

/** A release of one image up to its gates: what is stored of it, and what a server recorded. */
export interface SampleRelease {
  readonly read: ReadPlan;
  readonly image: ImageInQuarantine;
  readonly bytes: OciImage;
  readonly release: RecordedRelease;
}

/** Makes a {@link SampleRelease}; its image is said to lie in `repository` of `registry`. With `isStated`, one CVE passed by a statement. */
export async function makeSampleRelease(
  store: ArtifactStore,
  { registry = 'registry.example', repository = 'quarantine/run/standard', isStated = false } = {},
): Promise<SampleRelease> {
  const plan = await storePlan(store, isStated ? SAMPLE : SAMPLE.replaceAll(/vex "[^}]*\}\n\n/g, ''));
  const read = await readPlan(store, plan);
  const composed = await imageOf(contentsOf(PACKAGES));
  const bytes = finaliseImage(composed, identityOf(read, 'standard', MAKER));
  const [image, before] = [await storeImage(store, bytes), await storeImage(store, composed)];
  const place = { registry, repository, digest: ociDigest(image.index.digest) };
  const inQuarantine: ImageInQuarantine = { plan, variant: 'standard', platform: PLATFORM, image, place };
  const passed = await storeOutcome(store, [check('ALL')]);
  const of = { plan, platform: PLATFORM, variant: 'standard' };
  const own = BUILD_STEPS.flatMap(packagesOf);
  const child = 'constructImage';
  const activities = [
    done('openPlan', 'ingest', inputOf(read), {
      plan,
      variants: ['standard'],
      platforms: [PLATFORM],
      operatorWaitMs: 1,
      needsApproval: false,
    }),
    done('auditPlan', 'scan', { plan }, passed),
    done('ingest', 'ingest', { plan }, passed),
    ...BUILD_STEPS.flatMap((step) => [
      built(plan, step, 'a'),
      built(plan, step, 'b'),
      done('comparePackages', 'build-amd64', { a: packagesOf(step), b: packagesOf(step) }, passed),
    ]),
    done('composeImage', 'build-amd64', { ...of, own, builder: 'a' }, before, child),
    done('composeImage', 'build-amd64', { ...of, own, builder: 'b' }, before, child),
    done('compareImages', 'build-amd64', { a: before, b: before, variant: 'standard' }, passed, child),
    done(
      'finishImage',
      'build-amd64',
      { ...of, own, image: before },
      { outcome: passed, image, digest: place.digest },
      child,
    ),
    done('pushImage', 'publish', { image, place: { run: 'run', variant: 'standard' } }, place),
    done('selftestImage', 'selftest-amd64', { ...of, own, image }, await selfTests(store), 'selfTestImage'),
    ...(await Promise.all(
      GATES.map(async (gate) =>
        done(
          'runGate',
          'scan',
          { ...inQuarantine, gate },
          await gated(
            store,
            gate,
            place.digest,
            isStated && gate === 'vulnerabilities' ? PASSED_BY_STATEMENT : {},
          ),
        ),
      ),
    )),
  ];
  return { read, bytes, image: inQuarantine, release: releaseOf(read, activities) };
}

/** An activity that completed. */
function done(
  name: string,
  taskQueue: string,
  order: object,
  result: unknown,
  type = 'release',
): RecordedActivity {
  return {
    workflow: { workflowId: type, runId: 'run', type },
    name,
    taskQueue,
    order,
    state: 'completed',
    result,
    worker: 'somebody',
    scheduledAt: MOMENT,
    startedAt: MOMENT,
    finishedAt: MOMENT,
  };
}

/** The same release with its activities of one name changed; null takes one away. */
export function changed(
  release: RecordedRelease,
  name: string,
  change: (activity: RecordedActivity) => Partial<RecordedActivity> | null,
): RecordedRelease {
  const activities = release.activities.flatMap((activity) => {
    if (activity.name !== name) return activity;
    const made = change(activity);
    return made === null ? [] : { ...activity, ...made };
  });
  return { ...release, activities };
}

/** The same release with an activity of the signing worker after all others. */
export function attested(
  release: RecordedRelease,
  name: 'attestBuild' | 'attestGates' | 'attestVerification',
  image: ImageInQuarantine,
  attestations: readonly Attestation[],
): RecordedRelease {
  return { ...release, activities: [...release.activities, done(name, 'sign', image, { attestations })] };
}

/** The same release with its image found where it is published, after all others. */
export function foundPublished(
  release: RecordedRelease,
  { plan, variant, platform, place }: ImageInQuarantine,
  repository: string,
): RecordedRelease {
  const { registry, digest } = place;
  const tag = samplePins().core.version;
  const order = { plan, image: { variant, platform, registry, repository, tag, digest } };
  const passed = release.activities.find(({ name }) => name === 'auditPlan')?.result;
  return {
    ...release,
    activities: [...release.activities, done('verifyPublished', 'publish', order, passed)],
  };
}

/** What the workflow says of a release when its record is signed. */
export function recordOf(
  { read, image }: SampleRelease,
  published: string,
  attestations: readonly Attestation[],
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
    images: [
      {
        variant: image.variant,
        platform: image.platform,
        registry: image.place.registry,
        repository: published,
        digest: image.place.digest,
        tag: read.plan.version,
        attestations: [...attestations],
      },
    ],
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

/** Puts a plan into the store: pins, given as their text, and {@link sampleLock}. */
export async function storePlan(store: ArtifactStore, versions = SAMPLE): Promise<Artifact> {
  const put = (text: string, type = 'application/octet-stream'): Promise<Artifact> =>
    store.put(Buffer.from(text), type);
  const plan: ReleasePlan = {
    schemaVersion: 1,
    version: samplePins().core.version,
    commit: COMMIT,
    revision: COMMIT,
    source: 'https://git.example.com/openssl-fips.git',
    epoch: 1_780_000_000,
    files: { [VERSIONS_FILE]: await put(versions), [LOCK_FILE]: await put(renderLock(sampleLock())) },
  };
  return await put(JSON.stringify(plan), 'application/json');
}

async function selfTests(store: ArtifactStore): Promise<StageOutcome> {
  return await storeOutcome(
    store,
    checksFor('standard', PLATFORM).map(({ id, title }) => ({ ...check(id), title })),
  );
}

function built(plan: Artifact, step: BuildStep, builder: string): RecordedActivity {
  const order = { plan, platform: PLATFORM, builder, step, built: [], isRebuild: false };
  const made = {
    packages: packagesOf(step),
    network: artifactOf(`network ${builder}`),
    log: artifactOf(`log ${builder}`),
  };
  return done('buildPackages', 'build-amd64', order, { ...made, seconds: 1, isReused: step === 'core' });
}

function packagesOf(step: BuildStep): StoredPackage[] {
  const { version } = samplePins().core;
  return [...PACKAGES, { name: SUITE_PACKAGE, version: `${version}-r0` }]
    .filter(({ name }) => OF_STEP[step].some((one) => one === name))
    .map(({ name, version }) => ({
      name,
      version,
      artifact: { ...artifactOf(name), mediaType: 'application/vnd.alpine.apk' },
    }));
}
