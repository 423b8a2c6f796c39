import type { Variant } from '../../domain/pins/variant.ts';
import { allOrNone } from './all-or-none.ts';

/**
 * Does something with every image, all variants at the same time. Images of one variant come one after the other: they are under one index,
 * and a registry that keeps a list of what is attached to it loses lines when two write that list.
 */
export async function perVariant<I extends { readonly variant: Variant }, T>(
  images: readonly I[],
  work: (image: I) => Promise<T>,
): Promise<T[]> {
  const variants = Map.groupBy(images, ({ variant }) => variant);
  const results = await allOrNone(
    [...variants.values()].map((those) => async () => {
      const done: T[] = [];
      for (const image of those) done.push(await work(image));
      return done;
    }),
  );
  return results.flat();
}
