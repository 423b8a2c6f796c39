import { FoundryError } from '../../../domain/errors.ts';
import { architectureOf } from '../../../domain/pins/variant.ts';
import type { Versions } from '../../../domain/pins/versions.ts';
import { indexUrl, type Indexes } from '../package-index.ts';

/** How far clocks may be apart, in milliseconds. */
const MOST_AHEAD_MS = 24 * 3_600_000;

/** The newest build time in each index, in seconds, by the address of the index. */
export type NewestBuilds = Readonly<Record<string, number>>;

/**
 * The newest build time of each index. Throws FND_ROLLED_BACK for an index whose newest package is older than that of one that was seen
 * before: its signature is genuine, and somebody serves what was true once. Throws FND_BAD_DATA for one that was built in the future: taken
 * for seen, it would make every index after it one that was rolled back.
 */
export function requireNotOlder(
  { repository }: Pick<Versions, 'repository'>,
  indexes: Indexes,
  { seen, now }: { readonly seen: NewestBuilds; readonly now: Date },
): NewestBuilds {
  const newest: Record<string, number> = {};
  for (const [platform, records] of indexes) {
    const url = indexUrl(repository.url, architectureOf(platform));
    const built = records.reduce((latest, { buildTime }) => Math.max(latest, buildTime), 0);
    const before = Object.hasOwn(seen, url) ? seen[url] : undefined;
    if (before !== undefined && built < before) throw rolledBack(url, built, before);
    if (built * 1000 > now.getTime() + MOST_AHEAD_MS) throw ahead(url, built, now);
    newest[url] = built;
  }
  return newest;
}

function at(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

function ahead(url: string, built: number, now: Date): FoundryError {
  return new FoundryError(
    'FND_BAD_DATA',
    `${url}: its newest package was built at ${at(built)}, and it is ${now.toISOString()} here`,
    { hint: 'See whether the clock of this machine is right; else the repository has a wrong one.' },
  );
}

function rolledBack(url: string, built: number, before: number): FoundryError {
  return new FoundryError(
    'FND_ROLLED_BACK',
    `${url}: its newest package was built at ${at(built)}; an index seen before had one of ${at(before)}`,
    {
      hint: 'Somebody may serve an old index to keep you from a fix. If the repository withdrew its newest packages, wait for the next ones, or remove upstream/cursors.json from the state folder.',
    },
  );
}
