import type { ClientContext } from '../context.ts';
import { listReleases } from '../release/releases.ts';
import { shortCommit } from '../release/select-release.ts';
import { withTemporal } from '../release/temporal.ts';
import type { Candidate } from './candidates.ts';

/** Whoever presses Tab does not wait for a server that is slow. */
const PATIENCE_MS = 2000;

/** The releases that Temporal keeps, by commit and by version. None when it gives no answer: then there is nothing to suggest. */
export async function releaseWords(context: ClientContext): Promise<Candidate[]> {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(PATIENCE_MS)]);
  const { environment } = context;
  try {
    const entries = await withTemporal(
      { environment, signal, directories: () => context.directories() },
      ({ client }) => listReleases(client, new Date()),
    );
    const words = entries.flatMap((entry) => [
      { word: shortCommit(entry), description: `${entry.version}, ${entry.state}` },
      { word: entry.version, description: 'the newest of this version' },
    ]);
    return [...new Map(words.map((one) => [one.word, one])).values()];
  } catch {
    return [];
  }
}
