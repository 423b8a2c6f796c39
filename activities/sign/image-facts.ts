import type { RecordedRelease } from '../../adapters/temporal-history/recorded.ts';
import type { Artifact } from '../../domain/artifact.ts';
import { GATES, type Gate } from '../../domain/evidence/gate.ts';
import type { StageOutcome } from '../../domain/release/check.ts';
import type { Platform } from '../../domain/pins/variant.ts';
import { buildQueue, selftestQueue } from '../../domain/release/contract.ts';
import type { ReleaseInput } from '../../domain/release/plan.ts';
import type { Attestation } from '../../domain/release/status.ts';
import type { ImageInQuarantine } from '../artifacts/image-in-quarantine.ts';
import type { StoredImage } from '../artifacts/stored-image.ts';
import { BUILDER_NAMES, type BuilderName } from '../build/builder-profiles.ts';
import { BUILD_STEPS, type BuildStep } from '../build/build-step.ts';
import type { StoredPackage } from '../build/stored-artifacts.ts';
import { differs, madeImages } from './made-images.ts';
import {
  allDone,
  type Done,
  inputOf,
  isSame,
  lastDone,
  notRecorded,
  requirePassed,
} from './recorded-work.ts';

/** What one builder made in one step. */
export interface BuiltStep {
  readonly builder: BuilderName;
  readonly step: BuildStep;
  readonly packages: readonly StoredPackage[];
  /** The evidence that it had no network. */
  readonly network: Artifact;
  readonly log: Artifact;
  /** Whether it was made before, from equal inputs. */
  readonly isReused: boolean;
}

/** What the server recorded of how an image came to be; all of it has passed. */
export interface ImageFacts {
  readonly input: ReleaseInput;
  /** Workflow id and run id, with a slash between. */
  readonly invocation: string;
  readonly startedAt: string;
  /** When the image was finished. */
  readonly finishedAt: string;
  /** The builds of the workflow code that decided, sorted. */
  readonly builds: readonly string[];
  /** Each step by both builders, in the order of the steps. */
  readonly steps: readonly BuiltStep[];
  /** What both builders composed, the same bytes. */
  readonly composed: Readonly<Record<BuilderName, StoredImage>>;
  /** What both builders composed for each platform that its index is over, this one among them. */
  readonly joined: readonly StoredImage[];
  readonly selfTests: StageOutcome;
}

/**
 * What a history says of an image, followed from the image back to its plan: each thing must be what the one before was made from.
 * Throws FND_NOT_RECORDED where the history does not show it, FND_DIGEST_MISMATCH where the builders' digests differ, FND_BAD_DATA.
 */
export function imageFacts(release: RecordedRelease, image: ImageInQuarantine): ImageFacts {
  const input = inputOf(release);
  const platforms = requirePlan(release, input, image);
  const made = madeImages(release, image, platforms);
  const own = made.find(({ platform }) => platform === image.platform);
  if (own === undefined) throw new Error('a plan that was found has the platform');
  const { finished, composed } = own;
  const steps = builtSteps(release, image);
  requireOwn(release, steps, finished.order.own);
  requireQuarantined(release, image);
  const { workflowId, runId } = release.execution;
  return {
    input,
    invocation: `${workflowId}/${runId}`,
    startedAt: release.startedAt,
    finishedAt: finished.finishedAt,
    builds: release.builds,
    steps,
    composed,
    joined: made.map((one) => one.composed.a),
    selfTests: selfTests(release, image, finished.order.own),
  };
}

/** What a gate found for an image. */
export interface GateFact {
  readonly gate: Gate;
  readonly outcome: StageOutcome;
  /** The stored result. */
  readonly result: Artifact;
}

/** The last outcome of each gate for an image, all of them passed. Throws FND_NOT_RECORDED, FND_BAD_DATA. */
export function gateFacts(release: RecordedRelease, image: ImageInQuarantine): GateFact[] {
  return GATES.map((gate) => {
    const { result } = lastDone(
      release,
      'runGate',
      'scan',
      `gate ${gate} of ${image.place.digest}`,
      ({ order }) => order.gate === gate && isSameImage(order, image),
    );
    requirePassed(release, `gate ${gate} of ${image.place.digest}`, result.outcome);
    return { gate, ...result };
  });
}

/** What was signed of an image before it is verified as a whole. Throws FND_NOT_RECORDED, FND_BAD_DATA. */
export function attestedFacts(release: RecordedRelease, image: ImageInQuarantine): Attestation[] {
  return (['attestBuild', 'attestGates'] as const).flatMap((work) => attestationsBy(release, work, image));
}

/** What one signing activity said that it signed of an image. Throws FND_NOT_RECORDED, FND_BAD_DATA. */
export function attestationsBy(
  release: RecordedRelease,
  work: 'attestBuild' | 'attestGates' | 'attestVerification',
  image: ImageInQuarantine,
): Attestation[] {
  const what = `attestations of ${image.place.digest}`;
  return lastDone(release, work, 'sign', what, ({ order }) => isSameImage(order, image)).result.attestations;
}

function isSameImage(order: ImageInQuarantine, image: ImageInQuarantine): boolean {
  return (
    isSame(order.plan, image.plan) &&
    order.variant === image.variant &&
    order.platform === image.platform &&
    isSame(order.image, image.image) &&
    isSame(order.place, image.place)
  );
}

function requirePlan(
  release: RecordedRelease,
  input: ReleaseInput,
  { plan, variant, platform }: ImageInQuarantine,
): readonly Platform[] {
  const { result } = lastDone(
    release,
    'openPlan',
    'ingest',
    `plan ${plan.digest}`,
    (done) => isSame(done.result.plan, plan) && isSame(done.order, input),
  );
  if (!result.variants.includes(variant) || !result.platforms.includes(platform))
    throw notRecorded(release, `its plan has no ${variant} for ${platform}`);
  for (const [work, queue] of [
    ['auditPlan', 'scan'],
    ['ingest', 'ingest'],
  ] as const) {
    const what = `${work} of plan ${plan.digest}`;
    requirePassed(
      release,
      what,
      lastDone(release, work, queue, what, ({ order }) => isSame(order.plan, plan)).result,
    );
  }
  return result.platforms;
}

function builtSteps(release: RecordedRelease, { plan, platform }: ImageInQuarantine): BuiltStep[] {
  const queue = buildQueue(platform);
  return BUILD_STEPS.flatMap((step) => {
    const [a, b] = BUILDER_NAMES.map((builder): BuiltStep => {
      const { result } = lastDone(
        release,
        'buildPackages',
        queue,
        `${step} by builder ${builder}`,
        ({ order }) =>
          isSame(order.plan, plan) &&
          order.platform === platform &&
          order.builder === builder &&
          order.step === step,
      );
      return { builder, step, ...result };
    });
    if (a === undefined || b === undefined) throw new Error('there are two builders');
    if (!isSame(a.packages, b.packages)) throw differs(step, digestsOf(a), digestsOf(b));
    const compared = lastDone(
      release,
      'comparePackages',
      queue,
      `comparison of the ${step}`,
      ({ order }) => isSame(order.a, a.packages) && isSame(order.b, b.packages),
    );
    requirePassed(release, `comparison of the ${step}`, compared.result);
    return [a, b];
  });
}

/** The packages in the image must be those that both builders made, all of them and no others. */
function requireOwn(
  release: RecordedRelease,
  steps: readonly BuiltStep[],
  own: readonly StoredPackage[],
): void {
  const built = steps.filter(({ builder }) => builder === 'a').flatMap(({ packages }) => packages);
  const sorted = (packages: readonly StoredPackage[]): StoredPackage[] =>
    packages.toSorted((left, right) => (left.name < right.name ? -1 : 1));
  if (!isSame(sorted(built), sorted(own)))
    throw notRecorded(release, 'the image was made from other packages than the builders built');
}

function requireQuarantined(release: RecordedRelease, { image, place }: ImageInQuarantine): void {
  const pushed = allDone(release, 'pushImage', 'publish');
  const isIt = ({ order, result }: Done<'pushImage'>): boolean =>
    [order.image, ...(order.beside ?? [])].some((one) => isSame(one, image)) && isSame(result, place);
  if (pushed.some(isIt)) return;
  throw notRecorded(release, `nothing was put into ${place.repository} as ${place.digest}`);
}

/** With what both builders made: of the packages that a self-test was given, one is what it tests with. */
function selfTests(
  release: RecordedRelease,
  { plan, variant, platform, image, place }: ImageInQuarantine,
  own: readonly StoredPackage[],
): StageOutcome {
  const what = `self-tests of ${place.digest}`;
  const { result } = lastDone(
    release,
    'selftestImage',
    selftestQueue(platform),
    what,
    ({ order }) =>
      isSame(order.plan, plan) &&
      order.variant === variant &&
      order.platform === platform &&
      isSame(order.image, image) &&
      isSame(order.own, own),
  );
  requirePassed(release, what, result);
  return result;
}

function digestsOf({ packages }: BuiltStep): string {
  return packages.map(({ name, artifact }) => `${name} ${artifact.digest}`).join(', ');
}
