/** What is different in the upstream world on a day. A day is a pure function of its number. */
export interface DayPlan {
  readonly day: number;
  readonly title: string;
  readonly news: readonly string[];
  /** The package repository carries the patched libraries. */
  readonly patchedLibrary: boolean;
  /** Which of the base images is the newest. */
  readonly baseImageGeneration: 0 | 1;
  /** The newest core release is out; before, the one before it is the newest. */
  readonly newestCoreIsOut: boolean;
  /** A vulnerability is known for which nobody has a fix. */
  readonly unfixedVulnerability: boolean;
  /** The signature of the package index does not fit its bytes. */
  readonly badIndexSignature: boolean;
  /** The newest core tarball has other bytes under the same version. */
  readonly changedSource: boolean;
  readonly outage: 'errors' | 'truncated' | null;
}

const CALENDAR: readonly { title: string; news: string; outage?: 'errors' | 'truncated' }[] = [
  { title: 'an ordinary day', news: 'Everything is signed, published and reachable.' },
  {
    title: 'a patched library package',
    news: 'ncurses and zlib have a new revision in the package repository; the base image still holds the old zlib.',
  },
  {
    title: 'a new base image',
    news: 'chainguard/wolfi-base has a new digest, built with the patched zlib.',
  },
  {
    title: 'a new OpenSSL core release',
    news: 'A core patch release fixes the CVEs it names; its advisories are out.',
  },
  {
    title: 'a vulnerability without a fix',
    news: 'A CVE is known for the newest core; no release fixes it.',
  },
  {
    title: 'an index with a bad signature',
    news: 'The package index no longer fits its signature. It must be refused.',
  },
  {
    title: 'a source that changed',
    news: 'The newest core tarball has other bytes under the same version. It must be refused.',
  },
  { title: 'upstream is down', news: 'Every upstream request is answered with an error.', outage: 'errors' },
  {
    title: 'upstream answers are cut short',
    news: 'Every upstream answer ends half-way.',
    outage: 'truncated',
  },
  { title: 'well again', news: 'Upstream answers again; index and sources are as signed.' },
];

/** The last day the lab knows. */
export const LAST_DAY = CALENDAR.length - 1;

/** The plan of a day from 0 to {@link LAST_DAY}. Throws RangeError outside. */
export function planOfDay(day: number): DayPlan {
  const entry = CALENDAR[day];
  if (entry === undefined) throw new RangeError(`the lab knows the days 0 to ${LAST_DAY}, not ${day}`);
  return {
    day,
    title: entry.title,
    news: [entry.news],
    patchedLibrary: day >= 1,
    baseImageGeneration: day >= 2 ? 1 : 0,
    newestCoreIsOut: day >= 3,
    unfixedVulnerability: day >= 4,
    badIndexSignature: day === 5,
    changedSource: day === 6,
    outage: entry.outage ?? null,
  };
}
