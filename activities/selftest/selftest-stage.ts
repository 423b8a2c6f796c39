import { z } from 'zod';
import type { ResultIndex } from '../../adapters/results/result-index.ts';
import type { Artifact } from '../../domain/artifact.ts';
import type { Platform, Variant } from '../../domain/pins/variant.ts';
import { StageOutcome } from '../../domain/release/check.ts';
import { dayOf, reuseOr } from '../artifacts/reuse.ts';
import { sourcesDigest } from '../artifacts/sources-digest.ts';
import type { StoredImage } from '../artifacts/stored-image.ts';
import type { StoredPackage } from '../build/stored-artifacts.ts';
import { expectationOf } from './expectation.ts';
import { createSelftestActivities, type SelftestDependencies } from './selftest-activities.ts';

/** One finished image to test. */
export interface ImageToTest {
  readonly plan: Artifact;
  readonly platform: Platform;
  readonly variant: Variant;
  readonly image: StoredImage;
  /** The packages that we built: those that are in it, and the one it is tested with. */
  readonly own: readonly StoredPackage[];
  /** Tests it whatever was found of it before. */
  readonly isRebuild: boolean;
}

/** What the stage needs from whoever runs it. */
export interface SelftestStageDependencies extends SelftestDependencies {
  readonly results: ResultIndex;
  /** What day it is for a verdict that stands for a day. Default: the clock of this machine. */
  readonly now?: () => Date;
}

/** Our own part of the self-tests. */
const SOURCES = [
  'activities/selftest',
  'test/compliance/checks',
  'adapters/sandbox',
  'adapters/oci-layout',
  'adapters/elf',
];
/** What failed, or could not be run, is tried again whenever it is asked for. */
const Passed = z.strictObject({ ...StageOutcome.shape, verdict: z.literal('pass') });

/** Stage 3 of a release. */
export interface SelftestStage {
  /**
   * Tests a finished image against what its plan and its packages say that it is. An image that the same suite passed on the same day, with
   * the same expectations, has passed. Throws what `selftest` and reading a plan throw.
   */
  readonly selftestImage: (order: ImageToTest) => Promise<StageOutcome>;
}

/** The activity with what it works on. */
export function createSelftestStage(dependencies: SelftestStageDependencies): SelftestStage {
  const { store, results, report, now = () => new Date() } = dependencies;
  const { selftest } = createSelftestActivities(dependencies);
  return {
    async selftestImage({ plan, platform, variant, image, own, isRebuild }) {
      const { facts: expected, suite } = await expectationOf(store, { plan, variant, platform, own });
      const order = { image, variant, platform, expected, suite };
      const inputs = {
        format: 1,
        ...order,
        suite: suite?.artifact.digest ?? null,
        day: dayOf(now()),
        rules: await sourcesDigest(...SOURCES),
      };
      const { result, isReused } = await reuseOr<StageOutcome>(
        { store, results, isRebuild },
        inputs,
        Passed,
        () => selftest(order),
      );
      if (isReused)
        report(`${variant} (${platform}): the same image passed the same ${result.counts.pass} checks today`);
      return result;
    },
  };
}
