import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { reuseOr } from '../../../activities/artifacts/reuse.ts';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { openDirectoryResults } from '../../../adapters/results/result-index.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import { WholeOutcome } from '../../../domain/release/check.ts';

const Counted = z.object({ count: z.int() });
type Ask = (inputs: object, isRebuild?: boolean, schema?: typeof Counted) => Promise<string>;

async function asking(use: (ask: Ask) => Promise<void>): Promise<void> {
  await withTemporaryDirectory(async (place) => {
    const store = openDirectoryStore(join(place, 'store'));
    const results = openDirectoryResults(join(place, 'results'));
    let count = 0;
    const work = async (): Promise<{ count: number }> => ({ count: (count += 1) });
    await use(async (inputs, isRebuild = false, schema = Counted) => {
      const reuse = { store, results, isRebuild };
      const { result, isReused } = await reuseOr(reuse, inputs, schema, work);
      return `${result.count}${isReused ? ' again' : ''}`;
    });
  });
}

test('equal inputs give the same result again; others, and whoever asks for it anew, have the work done', async () => {
  await asking(async (ask) => {
    expect([await ask({ a: 1, b: 2 }), await ask({ b: 2, a: 1 })]).toEqual(['1', '1 again']);
    expect([await ask({ a: 2 }), await ask({ a: 1, b: 2 }, true)]).toEqual(['2', '3']);
    expect(await ask({ a: 1, b: 2 })).toBe('3 again');
  });
});

test('what the schema does not take is done again the next time', async () => {
  await asking(async (ask) => {
    const secondAtLeast = Counted.refine(({ count }) => count > 1);
    const sound = async (): Promise<string> => ask({}, false, secondAtLeast);
    expect([await sound(), await sound(), await sound()]).toEqual(['1', '2', '2 again']);
  });
});

test('an outcome stands for later ones when every check was done', () => {
  const evidence = { digest: '0'.repeat(64), size: 1, mediaType: 'application/json' };
  const outcome = { verdict: 'fail', failed: [], evidence };
  const isTaken = (counts: object): boolean => WholeOutcome.safeParse({ ...outcome, counts }).success;
  expect(isTaken({ pass: 1, fail: 1, 'not-run': 0 })).toBe(true);
  expect(isTaken({ pass: 1, fail: 0, 'not-run': 1 })).toBe(false);
});
