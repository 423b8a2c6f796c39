import type { StoredImage } from '../activities/artifacts/stored-image.ts';
import type { StoredPackage } from '../activities/build/stored-artifacts.ts';
import type { Artifact } from '../domain/artifact.ts';
import type { Platform, Variant } from '../domain/pins/variant.ts';
import type { StageOutcome } from '../domain/release/check.ts';
import { selftestOn } from './release/activities.ts';

/** One finished image to test. */
export interface SelfTestOrder {
  readonly plan: Artifact;
  readonly platform: Platform;
  readonly variant: Variant;
  readonly image: StoredImage;
  /** The packages that we built and that are in it. */
  readonly own: readonly StoredPackage[];
}

/** Runs the self-tests of one finished image on its machine type. */
export async function selfTestImage(order: SelfTestOrder): Promise<StageOutcome> {
  const { selftestImage } = selftestOn(order.platform);
  return await selftestImage.executeWithOptions({ summary: `self-test ${order.variant}` }, [order]);
}
