import { FoundryError } from '../../domain/errors.ts';
import { meant } from '../output/suggest-choices.ts';
import { isOpen, type ReleaseEntry } from './release-entry.ts';

/** How much of a commit is enough to name it. */
const SHORTEST_PREFIX = 4;
const SHOWN_COMMIT = 12;

/**
 * The release that a word names: `latest`, its whole id or the beginning of it, the beginning of its commit, or its version, which
 * stands for the newest of that version. `entries` are all runs of all releases, newest first; of several runs the newest counts.
 * Throws FND_BAD_INPUT when the word names none, with what was most likely meant, or more than one.
 */
export function selectRelease(entries: readonly ReleaseEntry[], word: string): ReleaseEntry {
  const [newest] = entries;
  if (newest === undefined) {
    throw new FoundryError('FND_BAD_INPUT', 'there is no release yet', {
      hint: 'Make one with `./foundry release`.',
    });
  }
  if (word === 'latest') return newest;
  const ofVersion = entries.find(({ version }) => version === word);
  if (ofVersion !== undefined) return ofVersion;
  return only(matching(entries, word), word) ?? unknown(entries, word);
}

/**
 * The running release that a word names, as {@link selectRelease} does, but a version must be that of one running release alone: what is
 * decided here cannot be taken back. Throws FND_BAD_INPUT also when the release that is named has ended.
 */
export function selectOpenRelease(entries: readonly ReleaseEntry[], word: string): ReleaseEntry {
  const open = entries.filter(isOpen);
  const found = word === 'latest' ? undefined : only(matching(open, word), word);
  if (found !== undefined) return found;
  const named = selectRelease(entries, word);
  if (isOpen(named)) return named;
  throw new FoundryError('FND_BAD_INPUT', `${named.id} has ended: it is ${named.state}`, {
    hint: `See it with \`./foundry show ${shortCommit(named)}\`; those that run stand in \`./foundry list\`.`,
  });
}

/** A commit as people name it. */
export function shortCommit({ commit }: Pick<ReleaseEntry, 'commit'>): string {
  return commit.slice(0, SHOWN_COMMIT);
}

function matching(entries: readonly ReleaseEntry[], word: string): ReleaseEntry[] {
  return entries.filter(
    ({ id, commit, version }) =>
      version === word ||
      (word.startsWith('release-') && id.startsWith(word)) ||
      (word.length >= SHORTEST_PREFIX && commit.startsWith(word)),
  );
}

function only(found: readonly ReleaseEntry[], word: string): ReleaseEntry | undefined {
  const exact = found.find(({ id }) => id === word);
  if (exact !== undefined) return exact;
  const ids = [...new Set(found.map(({ id }) => id))];
  if (ids.length <= 1) return found[0];
  throw new FoundryError(
    'FND_BAD_INPUT',
    `${JSON.stringify(word)} names ${ids.length} releases: ${ids.join(', ')}`,
    {
      hint: 'Name one of them by more of its commit.',
    },
  );
}

function unknown(entries: readonly ReleaseEntry[], word: string): never {
  const known = entries.flatMap((entry) => [entry.id, entry.version, shortCommit(entry)]);
  const instead = meant(word, ['latest', ...new Set(known)]);
  throw new FoundryError('FND_BAD_INPUT', `no release is called ${JSON.stringify(word)}${instead}`, {
    hint: `Name a release by its id, the first ${SHORTEST_PREFIX} or more digits of its commit, its version, or latest; \`./foundry list\` shows them.`,
  });
}
