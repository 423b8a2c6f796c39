import type { Artifact } from '../../domain/artifact.ts';
import { type Platform, SUITE_PACKAGE, type Variant } from '../../domain/pins/variant.ts';
import type { StageOutcome } from '../../domain/release/check.ts';
import type { StoredImage } from '../artifacts/stored-image.ts';
import { providerDigest } from '../build/provider-digest.ts';
import type { StoredPackage } from '../build/stored-artifacts.ts';
import { readPlan } from '../plan/read-plan.ts';
import { factsOfPlan } from './facts-of-plan.ts';
import { createSelftestActivities, type SelftestDependencies } from './selftest-activities.ts';

/** One finished image to test. */
export interface ImageToTest {
  readonly plan: Artifact;
  readonly platform: Platform;
  readonly variant: Variant;
  readonly image: StoredImage;
  /** The packages that we built: those that are in it, and the one it is tested with. */
  readonly own: readonly StoredPackage[];
}

/** Stage 3 of a release. */
export interface SelftestStage {
  /** Tests a finished image against what its plan and its packages say that it is. Throws what `selftest` and reading a plan throw. */
  readonly selftestImage: (order: ImageToTest) => Promise<StageOutcome>;
}

/** The activity with what it works on. */
export function createSelftestStage(dependencies: SelftestDependencies): SelftestStage {
  const { store } = dependencies;
  const { selftest } = createSelftestActivities(dependencies);
  return {
    async selftestImage({ plan, platform, variant, image, own }) {
      const read = await readPlan(store, plan);
      const expected = {
        ...factsOfPlan(read, variant, platform, own),
        provider: await providerDigest(store, own),
      };
      const suite = own.find(({ name }) => name === SUITE_PACKAGE);
      return await selftest({ image, variant, platform, expected, suite });
    },
  };
}
