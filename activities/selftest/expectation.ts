import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import type { RecordedRelease } from '../../adapters/temporal-history/recorded.ts';
import type { Artifact } from '../../domain/artifact.ts';
import { type Platform, SUITE_PACKAGE, type Variant } from '../../domain/pins/variant.ts';
import { selftestQueue } from '../../domain/release/contract.ts';
import { providerDigest } from '../build/provider-digest.ts';
import type { StoredPackage } from '../build/stored-artifacts.ts';
import { readPlan } from '../plan/read-plan.ts';
import { lastDone } from '../sign/recorded-work.ts';
import type { ImageFacts } from './check-definition.ts';
import { factsOfPlan } from './facts-of-plan.ts';

/** An image by what it was made from. */
interface TestedImage {
  readonly plan: Artifact;
  readonly variant: Variant;
  readonly platform: Platform;
  /** The packages that we built: those that are in it, and the one it is tested with. */
  readonly own: readonly StoredPackage[];
}

/** What an image must be, and the package that it is tested with. */
export interface Expectation {
  readonly facts: ImageFacts;
  readonly suite: StoredPackage | undefined;
}

/**
 * What a plan and the packages that were built expect of an image, and the package that it is tested with. Throws FND_BAD_DATA, and what
 * the store throws.
 */
export async function expectationOf(
  store: ArtifactStore,
  { plan, variant, platform, own }: TestedImage,
): Promise<Expectation> {
  return {
    facts: {
      ...factsOfPlan(await readPlan(store, plan), variant, platform, own),
      provider: await providerDigest(store, own),
    },
    suite: own.find(({ name }) => name === SUITE_PACKAGE),
  };
}

/**
 * What a release expected of its image of a variant when it tested it, by its history and its plan. Throws FND_NOT_RECORDED when it tested
 * none, FND_BAD_DATA, and what the store throws.
 */
export async function recordedExpectation(
  release: RecordedRelease,
  { variant, platform }: { readonly variant: Variant; readonly platform: Platform },
  store: ArtifactStore,
): Promise<Expectation> {
  const { order } = lastDone(
    release,
    'selftestImage',
    selftestQueue(platform),
    `self-tests of ${variant} for ${platform}`,
    (done) => done.order.variant === variant && done.order.platform === platform,
  );
  return await expectationOf(store, { plan: order.plan, variant, platform, own: order.own });
}
