import type { ImageInQuarantine } from '../../../activities/artifacts/image-in-quarantine.ts';
import type { BuildStep } from '../../../activities/build/build-step.ts';
import type { StoredPackage } from '../../../activities/build/stored-artifacts.ts';
import type { RecordedActivity, RecordedRelease } from '../../../adapters/temporal-history/recorded.ts';
import type { Artifact } from '../../../domain/artifact.ts';
import { type Platform, SUITE_PACKAGE } from '../../../domain/pins/variant.ts';
import { buildQueue } from '../../../domain/release/contract.ts';
import type { Attestation } from '../../../domain/release/status.ts';
import { samplePins } from '../../domain/pins/sample-pins.ts';
import { PACKAGES } from '../evidence/sbom/described-image.ts';
import { artifactOf } from './sample-gates.ts';

export const MOMENT = '2026-11-22T12:00:00.000Z';
const OF_STEP = {
  provider: ['openssl-fips-provider'],
  core: ['libcrypto3'],
  configuration: ['openssl-fips-config'],
  suite: [SUITE_PACKAGE],
} as const satisfies Record<BuildStep, readonly string[]>;

/** An activity that completed. */
export function done(
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

/** What a builder made in a step, for a platform. */
export function built(
  plan: Artifact,
  platform: Platform,
  step: BuildStep,
  builder: string,
): RecordedActivity {
  const order = { plan, platform, builder, step, built: [], isRebuild: false };
  const made = {
    packages: packagesOf(step),
    network: artifactOf(`network ${builder}`),
    log: artifactOf(`log ${builder}`),
  };
  return done('buildPackages', buildQueue(platform), order, {
    ...made,
    seconds: 1,
    isReused: step === 'core',
  });
}

/** The packages that a step makes, the same on every platform. */
export function packagesOf(step: BuildStep): StoredPackage[] {
  const { version } = samplePins().core;
  return [...PACKAGES, { name: SUITE_PACKAGE, version: `${version}-r0` }]
    .filter(({ name }) => OF_STEP[step].some((one) => one === name))
    .map(({ name, version }) => ({
      name,
      version,
      artifact: { ...artifactOf(name), mediaType: 'application/vnd.alpine.apk' },
    }));
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
