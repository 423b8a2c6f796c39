import type { FinishedImage, VariantOrder } from '../activities/build/construct-activities.ts';
import { constructOn } from './release/activities.ts';
import { allOrNone } from './release/all-or-none.ts';
import { requirePass } from './release/problem-of.ts';

/** Composes one image by two builders, compares them byte by byte, looks through it, and finishes it. */
export async function constructImage(
  order: VariantOrder & { readonly isRebuild: boolean },
): Promise<FinishedImage> {
  const { variant, platform } = order;
  const { composeImage, compareImages, finishImage } = constructOn(platform);
  const [a, b] = await allOrNone(
    (['a', 'b'] as const).map(
      (builder) => () =>
        composeImage.executeWithOptions({ summary: `compose ${variant} by builder ${builder}` }, [
          { ...order, builder },
        ]),
    ),
  );
  if (a === undefined || b === undefined) throw new Error('both builders composed');
  requirePass(await compareImages.executeWithOptions({ summary: `compare ${variant}` }, [{ a, b, variant }]));
  return await finishImage.executeWithOptions({ summary: `finish ${variant}` }, [{ ...order, image: a }]);
}
