import { FoundryError } from '../../../domain/errors.ts';
import { architectureOf } from '../../../domain/pins/variant.ts';
import type { Versions } from '../../../domain/pins/versions.ts';
import { indexUrl, type Indexes } from '../package-index.ts';

/** The newest build time in each index, in seconds, by the address of the index. */
export type NewestBuilds = Readonly<Record<string, number>>;

/**
 * The newest build time of each index. Throws FND_ROLLED_BACK for an index whose newest package is older than that of one that was seen
 * before: its signature is genuine, and somebody serves what was true once.
 */
export function requireNotOlder(
  { repository }: Pick<Versions, 'repository'>,
  indexes: Indexes,
  seen: NewestBuilds,
): NewestBuilds {
  const newest: Record<string, number> = {};
  for (const [platform, records] of indexes) {
    const url = indexUrl(repository.url, architectureOf(platform));
    const built = records.reduce((latest, { buildTime }) => Math.max(latest, buildTime), 0);
    const before = Object.hasOwn(seen, url) ? seen[url] : undefined;
    if (before !== undefined && built < before) throw rolledBack(url, built, before);
    newest[url] = built;
  }
  return newest;
}

function rolledBack(url: string, built: number, before: number): FoundryError {
  const at = (seconds: number): string => new Date(seconds * 1000).toISOString();
  return new FoundryError(
    'FND_ROLLED_BACK',
    `${url}: its newest package was built at ${at(built)}; an index seen before had one of ${at(before)}`,
    {
      hint: 'Somebody may serve an old index to keep you from a fix. If the repository withdrew its newest packages, wait for the next ones, or remove upstream/cursors.json from the state folder.',
    },
  );
}
