import { z } from 'zod';
import type { Collection, Store } from './store.ts';

const NUMBERS: Collection<number> = { file: 'numbers.json', schema: z.int(), empty: 0 };

/** The next number of the one sequence that issues and pull requests share. */
export async function nextNumber(store: Store): Promise<number> {
  return await store.update(NUMBERS, (last) => last + 1);
}
