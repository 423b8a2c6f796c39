import type { RecordedRelease } from '../../adapters/temporal-history/recorded.ts';
import { tagOf } from '../../domain/pins/identity.ts';
import { StageOutcome } from '../../domain/release/check.ts';
import { APPROVE_UPDATE, Decision } from '../../domain/release/contract.ts';
import type { ReleaseInput } from '../../domain/release/plan.ts';
import { STAGES } from '../../domain/release/stage.ts';
import type { Attestation, ReleasedImage, ReleaseStatus } from '../../domain/release/status.ts';
import { attestationsBy, gateFacts, imageFacts } from './image-facts.ts';
import { type Done, inputOf, isSame, lastDone, notRecorded, requirePassed } from './recorded-work.ts';

/** The repository in which a release is published. */
export interface PublishedRepository {
  readonly registry: string;
  readonly repository: string;
}

/**
 * Throws FND_NOT_RECORDED unless a status says of a release what its history says: which it is, that all its stages passed, its images
 * with what was signed of each, that they are where readers find them, and who approved it.
 */
export function requireRecorded(
  release: RecordedRelease,
  status: ReleaseStatus,
  repository: PublishedRepository,
): void {
  const input = inputOf(release);
  if (status.version !== input.version || status.commit !== input.commit)
    throw notRecorded(release, `the record is of ${status.version} at ${status.commit}`);
  const opened = lastDone(release, 'openPlan', 'ingest', 'plan', ({ order }) => isSame(order, input));
  requireStages(release, status);
  requireApproval(release, status, opened);
  requireAllImages(release, status, opened);
  for (const image of status.images) requireImage(release, input, image, repository);
}

function requireStages(release: RecordedRelease, { state, stages, waiting, aborted }: ReleaseStatus): void {
  if (state !== 'completed' || waiting !== null || aborted !== null)
    throw notRecorded(release, `the record is of a release that is ${state}`);
  if (
    !isSame(
      stages.map(({ stage }) => stage),
      [...STAGES],
    )
  )
    throw notRecorded(release, 'the record has other stages than a release has');
  const open = stages.find((one) => one.state !== 'pass');
  if (open !== undefined) throw notRecorded(release, `in the record, stage ${open.stage} is ${open.state}`);
  const recorded = outcomesIn(release);
  for (const { stage, parts } of stages) {
    for (const { name, outcome } of parts) {
      if (outcome === null) continue;
      const what = `${stage}: ${name}`;
      requirePassed(release, what, outcome);
      if (recorded.some((one) => isSame(one, outcome))) continue;
      throw notRecorded(release, `the outcome of ${what} is not one that an activity had`);
    }
  }
}

function outcomesIn({ activities }: RecordedRelease): StageOutcome[] {
  return activities.flatMap(({ result }) => {
    const inner =
      typeof result === 'object' && result !== null && 'outcome' in result ? result.outcome : result;
    const outcome = StageOutcome.safeParse(inner);
    return outcome.success ? [outcome.data] : [];
  });
}

function requireApproval(
  release: RecordedRelease,
  { approval }: ReleaseStatus,
  { result }: Done<'openPlan'>,
): void {
  if (result.needsApproval === undefined)
    throw notRecorded(release, 'it does not say whether the release needs a person to approve it');
  if (approval === null) {
    if (!result.needsApproval) return;
    throw notRecorded(release, 'the release needs a person to approve it, and the record names none');
  }
  const { by, reason } = approval;
  const said = release.updates
    .filter(({ name }) => name === APPROVE_UPDATE)
    .map((update) => Decision.safeParse(update.said));
  if (said.some(({ data }) => data?.by === by && data.reason === reason)) return;
  throw notRecorded(release, `the record says that ${by} approved it`);
}

function requireAllImages(
  release: RecordedRelease,
  { images }: ReleaseStatus,
  { result: { variants, platforms } }: Done<'openPlan'>,
): void {
  const wanted = platforms.flatMap((platform) => variants.map((variant) => `${variant} (${platform})`));
  const named = images.map(({ variant, platform }) => `${variant} (${platform})`);
  if (isSame(wanted.toSorted(), named.toSorted())) return;
  throw notRecorded(release, `the record has ${named.join(', ')}; the release has ${wanted.join(', ')}`);
}

function requireImage(
  release: RecordedRelease,
  { version }: ReleaseInput,
  image: ReleasedImage,
  { registry, repository }: PublishedRepository,
): void {
  const { variant, platform, digest, tag } = image;
  const what = `${variant} (${platform})`;
  const place = `${image.registry}/${image.repository}:${tag}`;
  const expected = `${registry}/${repository}:${tagOf(version, variant)}`;
  if (place !== expected)
    throw notRecorded(release, `the record has ${what} at ${place}, expected ${expected}`);
  const { order } = lastDone(
    release,
    'attestVerification',
    'sign',
    `verification of ${what} ${digest}`,
    (done) =>
      done.order.place.digest === digest &&
      done.order.variant === variant &&
      done.order.platform === platform,
  );
  const published = lastDone(
    release,
    'verifyPublished',
    'publish',
    `look at ${expected} as a consumer has`,
    (done) =>
      isSame(done.order, {
        plan: order.plan,
        image: { variant, platform, registry, repository, tag, digest },
      }),
  );
  requirePassed(release, `look at ${expected}`, published.result);
  imageFacts(release, order);
  gateFacts(release, order);
  const signed = (['attestBuild', 'attestGates', 'attestVerification'] as const).flatMap((work) =>
    attestationsBy(release, work, order),
  );
  if (isSame(sorted(signed), sorted(image.attestations))) return;
  throw notRecorded(release, `the record names other attestations of ${what} than were signed`);
}

function sorted(attestations: readonly Attestation[]): Attestation[] {
  return attestations.toSorted((a, b) => (a.bundle < b.bundle ? -1 : 1));
}
