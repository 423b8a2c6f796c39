import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { RecordedActivity, RecordedRelease } from '../../adapters/temporal-history/recorded.ts';
import { Artifact } from '../../domain/artifact.ts';
import { FoundryError } from '../../domain/errors.ts';
import { GATES } from '../../domain/evidence/gate.ts';
import { releaseWorkflowId } from '../../domain/pins/identity.ts';
import { PLATFORMS, VARIANTS } from '../../domain/pins/variant.ts';
import { OciDigestText } from '../../domain/pins/values.ts';
import { StageOutcome } from '../../domain/release/check.ts';
import { RELEASE_WORKFLOW, type TaskQueue } from '../../domain/release/contract.ts';
import { ReleaseInput } from '../../domain/release/plan.ts';
import { Attestation } from '../../domain/release/status.ts';
import { ImageInQuarantine } from '../artifacts/image-in-quarantine.ts';
import { StoredImage } from '../artifacts/stored-image.ts';
import { BUILDER_NAMES } from '../build/builder-profiles.ts';
import { BUILD_STEPS } from '../build/build-step.ts';
import { StoredPackage } from '../build/stored-artifacts.ts';

const Packages = z.array(StoredPackage).readonly();
const ofPlan = { plan: Artifact };
const ofPlatform = { ...ofPlan, platform: z.enum(PLATFORMS) };
const ofVariant = { ...ofPlatform, variant: z.enum(VARIANTS) };
const Attested = z.object({ attestations: z.array(Attestation) });

/** What activities are asked and what they answer, as far as signing goes by it. */
const WORK = {
  openPlan: {
    order: ReleaseInput,
    result: z.object({
      ...ofPlan,
      variants: z.array(z.enum(VARIANTS)),
      platforms: z.array(z.enum(PLATFORMS)),
      needsApproval: z.boolean().optional(),
    }),
  },
  auditPlan: { order: z.object(ofPlan), result: StageOutcome },
  ingest: { order: z.object(ofPlan), result: StageOutcome },
  buildPackages: {
    order: z.object({ ...ofPlatform, builder: z.enum(BUILDER_NAMES), step: z.enum(BUILD_STEPS) }),
    result: z.object({ packages: Packages, network: Artifact, log: Artifact, isReused: z.boolean() }),
  },
  comparePackages: { order: z.object({ a: Packages, b: Packages }), result: StageOutcome },
  composeImage: {
    order: z.object({ ...ofVariant, builder: z.enum(BUILDER_NAMES), own: Packages }),
    result: StoredImage,
  },
  compareImages: { order: z.object({ a: StoredImage, b: StoredImage }), result: StageOutcome },
  finishImage: {
    order: z.object({ ...ofVariant, own: Packages, image: StoredImage }),
    result: z.object({
      outcome: StageOutcome,
      image: StoredImage.nullable(),
      digest: OciDigestText.nullable(),
    }),
  },
  joinImages: {
    order: z.object({
      variant: z.enum(VARIANTS),
      images: z.array(z.object({ platform: z.enum(PLATFORMS), image: StoredImage })).min(1),
    }),
    result: z.object({ index: Artifact }),
  },
  pushImage: {
    order: z.object({ image: StoredImage, beside: z.array(StoredImage).optional() }),
    result: ImageInQuarantine.shape.place,
  },
  selftestImage: {
    order: z.object({ ...ofVariant, own: Packages, image: StoredImage }),
    result: StageOutcome,
  },
  runGate: {
    order: z.object({ ...ImageInQuarantine.shape, gate: z.enum(GATES) }),
    result: z.object({ outcome: StageOutcome, result: Artifact }),
  },
  verifyPublished: {
    order: z.object({
      ...ofPlan,
      image: z.object({
        variant: z.enum(VARIANTS),
        platform: z.enum(PLATFORMS),
        registry: z.string(),
        repository: z.string(),
        tag: z.string(),
        digest: OciDigestText,
      }),
    }),
    result: StageOutcome,
  },
  attestBuild: { order: z.object(ImageInQuarantine.shape), result: Attested },
  attestGates: { order: z.object(ImageInQuarantine.shape), result: Attested },
  attestVerification: { order: z.object(ImageInQuarantine.shape), result: Attested },
} as const;

type Work = keyof typeof WORK;
type OrderOf<W extends Work> = z.infer<(typeof WORK)[W]['order']>;
type ResultOf<W extends Work> = z.infer<(typeof WORK)[W]['result']>;

/** One activity that completed, with what it was asked and what it answered. */
export interface Done<W extends Work> extends Pick<RecordedActivity, 'workflow'> {
  readonly order: OrderOf<W>;
  readonly result: ResultOf<W>;
  /** Moments of the server, in ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string;
}

/**
 * The last activity of a kind that completed on its task queue and that `isIt` fits. What failed or goes on does not count; of several,
 * because a stage was tried again, the newest. Throws FND_NOT_RECORDED, naming `what`, when there is none; FND_BAD_DATA for one that
 * has another form.
 */
export function lastDone<W extends Work>(
  release: RecordedRelease,
  work: W,
  queue: TaskQueue,
  what: string,
  isIt: (done: Done<W>) => boolean,
): Done<W> {
  const found = allDone(release, work, queue).findLast(isIt);
  if (found !== undefined) return found;
  throw notRecorded(release, `it shows no ${what} (${work} on ${queue})`);
}

/** All activities of a kind that completed on a task queue, in the order in which they were scheduled. Throws FND_BAD_DATA. */
export function allDone<W extends Work>(release: RecordedRelease, work: W, queue: TaskQueue): Done<W>[] {
  return release.activities
    .filter(({ name, taskQueue, state }) => name === work && taskQueue === queue && state === 'completed')
    .map((activity) => parseDone(work, activity));
}

/** Which release it is. Throws FND_NOT_RECORDED for the history of anything else: not every workflow may have something signed. */
export function inputOf(release: RecordedRelease): ReleaseInput {
  const input = ReleaseInput.safeParse(release.order);
  const { workflowId } = release.execution;
  if (release.type !== RELEASE_WORKFLOW || release.taskQueue !== 'control' || !input.success) {
    throw notRecorded(release, `it is of a ${release.type} on ${release.taskQueue}, and of no release`);
  }
  if (releaseWorkflowId(input.data) === workflowId) return input.data;
  throw notRecorded(release, `it is of the release ${releaseWorkflowId(input.data)}`);
}

/** Throws FND_NOT_RECORDED unless an outcome passed. */
export function requirePassed(release: RecordedRelease, what: string, outcome: StageOutcome): void {
  const { verdict, counts } = outcome;
  if (verdict === 'pass' && counts.fail === 0 && counts['not-run'] === 0 && counts.pass > 0) return;
  throw notRecorded(release, `${what} came out as ${verdict}`);
}

/** Whether two values that came through JSON are the same. */
export function isSame(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(a, b);
}

/** FND_NOT_RECORDED for a release. */
export function notRecorded({ execution }: Pick<RecordedRelease, 'execution'>, reason: string): FoundryError {
  return new FoundryError(
    'FND_NOT_RECORDED',
    `the history of ${execution.workflowId} (run ${execution.runId}) does not bear it out: ${reason}`,
    { hint: 'Nothing was signed. Look at the workflow in the Temporal UI.' },
  );
}

function parseDone<W extends Work>(work: W, activity: RecordedActivity): Done<W> {
  const { workflow, startedAt, finishedAt } = activity;
  const order = WORK[work].order.safeParse(activity.order);
  const result = WORK[work].result.safeParse(activity.result);
  const error = order.error ?? result.error;
  if (error !== undefined || startedAt === null || finishedAt === null) {
    throw new FoundryError(
      'FND_BAD_DATA',
      `${work} in the history of ${workflow.workflowId} has another form than we read: ${error === undefined ? 'no time' : z.prettifyError(error)}`,
      { cause: error },
    );
  }
  return {
    workflow,
    startedAt,
    finishedAt,
    order: order.data as OrderOf<W>,
    result: result.data as ResultOf<W>,
  };
}
