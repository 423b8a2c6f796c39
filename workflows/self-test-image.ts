import type { ImageToTest } from '../activities/selftest/selftest-stage.ts';
import type { StageOutcome } from '../domain/release/check.ts';
import { selftestOn } from './release/activities.ts';

/** Runs the self-tests of one finished image on its machine type. */
export async function selfTestImage(order: ImageToTest): Promise<StageOutcome> {
  const { selftestImage } = selftestOn(order.platform);
  return await selftestImage.executeWithOptions({ summary: `self-test ${order.variant}` }, [order]);
}
