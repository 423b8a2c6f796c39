import { FoundryError } from '../../domain/errors.ts';

const RUNS = 3;

/**
 * The report of the first run, of three at most, that gives a sound one: any FND_TOOL_OUTPUT is reason enough for another.
 *
 * KICS v2 parses with several parsers side by side, and what they read goes into one list that nothing locks (`MemoryStorage.SaveFile`):
 * now and then a file gets lost there that was parsed and counted, and over which the queries ran. Such a payload proves nothing, so the
 * run is made again rather than believed. Throws what the last run threw: FND_TOOL_OUTPUT for a KICS that never gives a sound report,
 * and any other error at once.
 */
export async function soundRun<Report>(run: () => Promise<Report>): Promise<Report> {
  for (let left = RUNS - 1; left > 0; left -= 1) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof FoundryError) || error.code !== 'FND_TOOL_OUTPUT') throw error;
    }
  }
  return await run();
}
