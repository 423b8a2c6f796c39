import { executeChild } from '@temporalio/workflow';
import { imageWorkflowId } from '../../domain/pins/identity.ts';
import type { OpenedPlan, ReleaseInput } from '../../domain/release/plan.ts';
import type { selfTestImage } from '../self-test-image.ts';
import { allOrNone } from './all-or-none.ts';
import { childOptions } from './child-options.ts';
import type { QuarantinedImage } from './construct.ts';
import type { ReleaseRun } from './release-run.ts';

interface SelfTest {
  readonly run: ReleaseRun;
  readonly input: ReleaseInput;
  readonly plan: OpenedPlan;
  readonly images: readonly QuarantinedImage[];
}

/** Stage 3: every finished image, by digest, in the sandbox. One check that does not pass aborts the release. */
export async function selfTest({ run, input, plan: { plan }, images }: SelfTest): Promise<void> {
  await allOrNone(
    images.map(({ variant, platform, image, own }) => async () => {
      await run.part(
        'self-test',
        `${variant} (${platform})`,
        () =>
          executeChild<typeof selfTestImage>('selfTestImage', {
            ...childOptions(`${imageWorkflowId(input, variant, platform)}-self-test`, input, variant),
            args: [{ plan, platform, variant, image, own, isRebuild: input.isRebuild }],
          }),
        (outcome) => outcome,
      );
    }),
  );
}
