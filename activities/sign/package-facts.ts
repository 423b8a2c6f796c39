import type { RecordedRelease } from '../../adapters/temporal-history/recorded.ts';
import type { Artifact } from '../../domain/artifact.ts';
import { type Platform, VARIANTS } from '../../domain/pins/variant.ts';
import { buildQueue } from '../../domain/release/contract.ts';
import { BUILD_STEPS, type BuildStep } from '../build/build-step.ts';
import { BUILDER_NAMES } from '../build/builder-profiles.ts';
import type { StoredPackage } from '../build/stored-artifacts.ts';
import { inputOf, isSame, lastDone, notRecorded, requirePassed } from './recorded-work.ts';

/** The packages of one platform that a plan was built to. */
interface BuiltFrom {
  readonly plan: Artifact;
  readonly platform: Platform;
}

/**
 * The packages that both builders made of a plan, the same bytes, once every image that was made from them was verified: from what the
 * server recorded, and from nobody's word. Throws FND_NOT_RECORDED where the history does not show it, FND_BAD_DATA.
 */
export function packageFacts(release: RecordedRelease, from: BuiltFrom): readonly StoredPackage[] {
  const { variants, platforms } = lastDone(
    release,
    'openPlan',
    'ingest',
    `plan ${from.plan.digest}`,
    (done) => isSame(done.result.plan, from.plan) && isSame(done.order, inputOf(release)),
  ).result;
  if (!platforms.includes(from.platform)) throw notRecorded(release, `its plan is not for ${from.platform}`);
  for (const variant of VARIANTS.filter((one) => variants.includes(one))) {
    const isIt = (order: BuiltFrom & { readonly variant: string }): boolean =>
      isSame(order.plan, from.plan) && order.platform === from.platform && order.variant === variant;
    lastDone(release, 'attestVerification', 'sign', `verified image ${variant}`, ({ order }) => isIt(order));
  }
  return BUILD_STEPS.flatMap((step) => builtByBoth(release, from, step));
}

function builtByBoth(
  release: RecordedRelease,
  { plan, platform }: BuiltFrom,
  step: BuildStep,
): readonly StoredPackage[] {
  const queue = buildQueue(platform);
  const [a = [], b = []] = BUILDER_NAMES.map(
    (builder) =>
      lastDone(
        release,
        'buildPackages',
        queue,
        `${step} by builder ${builder}`,
        ({ order }) =>
          isSame(order.plan, plan) &&
          order.platform === platform &&
          order.builder === builder &&
          order.step === step,
      ).result.packages,
  );
  const what = `comparison of ${step}`;
  const compared = lastDone(
    release,
    'comparePackages',
    queue,
    what,
    ({ order }) => isSame(order.a, a) && isSame(order.b, b),
  );
  requirePassed(release, what, compared.result);
  if (a.length === 0 || !isSame(a, b)) throw notRecorded(release, `the builders differ in ${step}`);
  return a;
}
