import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResultIndex } from '../../../adapters/results/result-index.ts';
import { sha256 } from '../../../domain/digest.ts';

/** One index under test, and a way to see it as another machine does. */
export interface ResultsUnderTest {
  readonly results: ResultIndex;
  /** The same index, opened anew. */
  again(): ResultIndex;
  /** Puts something there that is no result, under the inputs `broken`. */
  breakEntry(): Promise<void>;
  close(): Promise<void>;
}

/** What every index does. */
export function describeResults(place: string, open: (folder: string) => Promise<ResultsUnderTest>): void {
  let folder: string;
  let tested: ResultsUnderTest;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foundry-results-'));
    tested = await open(folder);
  });
  afterAll(async () => {
    await tested.close();
    await rm(folder, { recursive: true });
  });

  describe(`an index of results ${place}`, () => {
    it('knows nothing that was not recorded', async () => {
      expect(await tested.results.find(sha256('never'))).toBeUndefined();
    });

    it('gives a result back to whoever opens it', async () => {
      const result = { artifacts: [{ digest: sha256('x'), size: 1 }], note: 'ümlaut', none: null };
      await tested.results.record(sha256('inputs'), result);

      expect(await tested.again().find(sha256('inputs'))).toEqual(result);
      expect(await tested.again().find(sha256('other inputs'))).toBeUndefined();
    });

    it('lets a later result of equal inputs take the place of the first', async () => {
      await tested.results.record(sha256('twice'), { run: 1 });
      await tested.results.record(sha256('twice'), { run: 2 });

      expect(await tested.again().find(sha256('twice'))).toEqual({ run: 2 });
    });

    it('takes the same result from many at once', async () => {
      await Promise.all(
        Array.from({ length: 8 }, () => tested.again().record(sha256('many'), { same: true })),
      );

      expect(await tested.results.find(sha256('many'))).toEqual({ same: true });
    });

    it('refuses what is no result, and says how to mend it', async () => {
      await tested.breakEntry();

      await expect(tested.again().find(sha256('broken'))).rejects.toMatchObject({
        code: 'FND_BAD_DATA',
        hint: expect.stringContaining('the work is done again') as string,
      });
    });
  });
}
