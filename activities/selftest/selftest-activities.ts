import { join } from 'node:path';
import { withTemporaryDirectory } from '../../adapters/files/write-atomic.ts';
import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { storeOutcome } from '../../adapters/store/store-outcome.ts';
import type { Platform, Variant } from '../../domain/pins/variant.ts';
import type { Check, StageOutcome } from '../../domain/release/check.ts';
import type { Report } from '../../domain/report.ts';
import { fetchImage, type StoredImage } from '../artifacts/stored-image.ts';
import type { StoredPackage } from '../build/stored-artifacts.ts';
import type { ImageFacts } from './check-definition.ts';
import { examineImage } from './examine-image.ts';
import { fetchSuite } from './suite-folder.ts';

/** What the self-tests need from whoever runs them. */
export interface SelftestDependencies {
  readonly store: ArtifactStore;
  readonly report: Report;
  readonly signal?: AbortSignal;
}

interface SelftestOrder {
  readonly image: StoredImage;
  readonly variant: Variant;
  readonly platform: Platform;
  /** All but what follows from the image itself: the MAC of its module. */
  readonly expected: ImageFacts;
  /** The package of what images are tested with; without it, checks that need it are `not-run`. */
  readonly suite: StoredPackage | undefined;
}

/** Stage 3. May be repeated at any time. */
export interface SelftestActivities {
  /**
   * Does every check that there is for a finished image of this variant, in the sandbox. What could not be done is `not-run`.
   * Throws what the store throws, FND_DIGEST_MISMATCH or FND_BAD_DATA for what is no image or no suite, FND_INTERRUPTED.
   */
  readonly selftest: (order: SelftestOrder) => Promise<StageOutcome>;
}

/** The activities of stage 3 with what they work on. */
export function createSelftestActivities(dependencies: SelftestDependencies): SelftestActivities {
  const { store } = dependencies;
  return {
    async selftest(order) {
      const image = await fetchImage(store, order.image);
      return await storeOutcome(store, await examine(dependencies, order, image));
    },
  };
}

async function examine(
  { store, report, signal }: SelftestDependencies,
  { variant, platform, expected, suite: order }: SelftestOrder,
  image: OciImage,
): Promise<Check[]> {
  return await withTemporaryDirectory(async (place) => {
    const suite = order && (await fetchSuite(store, order, join(place, 'suite')));
    return await examineImage(
      { image, variant, platform, facts: expected, suite },
      { root: join(place, 'root'), report, signal },
    );
  });
}
