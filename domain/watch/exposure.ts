import type { Exposure } from './contract.ts';
import { currentImages } from './current-images.ts';
import type { WatchedImage, WatchedVulnerability, WatchRecord } from './record.ts';
import type { Exposed } from './status.ts';

/** How it stands, by a record. */
export function exposureOf(record: WatchRecord): Exposure {
  const exposures = exposuresIn(record);
  if (exposures.some(({ fixes }) => fixes.length > 0)) return 'exposed, fix available';
  if (exposures.length > 0) return 'exposed, no fix';
  return record.problems.length > 0 || currentImages(record.images).length === 0 ? 'unknown' : 'zero';
}

/** Since when it stands so; null for what is unknown. */
export function exposureSince(record: WatchRecord): string | null {
  const [first] = exposuresIn(record)
    .map(({ since }) => since)
    .toSorted();
  return first ?? record.zeroSince;
}

/** What the current images are exposed to, by vulnerability, those that are due first at the top. */
export function exposuresIn({ images }: WatchRecord): Exposed[] {
  const open = currentImages(images).flatMap((image) =>
    image.vulnerabilities.flatMap((vulnerability) => {
      const since = openSince(vulnerability);
      return since === null ? [] : [{ image, vulnerability, since }];
    }),
  );
  const groups = Map.groupBy(open, ({ vulnerability }) => vulnerability.id);
  return [...groups]
    .map(([id, those]) => exposed(id, those))
    .toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

/** How long an image has been exposed to a vulnerability up to now, pauses left out, in milliseconds. */
export function exposedForMs({ spans }: Pick<WatchedVulnerability, 'spans'>, now: Date): number {
  return spans.reduce((sum, { from, until }) => {
    const end = until === null ? now.getTime() : Date.parse(until);
    return sum + Math.max(0, end - Date.parse(from));
  }, 0);
}

/** Since when an image has been exposed to a vulnerability without a pause; null when it is not now. */
export function openSince({ spans }: Pick<WatchedVulnerability, 'spans'>): string | null {
  const last = spans.at(-1);
  return last?.until === null ? last.from : null;
}

interface Open {
  readonly image: WatchedImage;
  readonly vulnerability: WatchedVulnerability;
  readonly since: string;
}

function exposed(id: string, those: readonly Open[]): Exposed {
  const vulnerabilities = those.map(({ vulnerability }) => vulnerability);
  return {
    id,
    severity: worst(vulnerabilities),
    variants: distinct(those.map(({ image }) => image.variant)),
    packages: distinct(vulnerabilities.map((one) => `${one.package} ${one.version}`)),
    since: those.map(({ since }) => since).toSorted()[0] ?? '',
    fixes: distinct(
      vulnerabilities.flatMap((one) =>
        one.fixedVersion === null ? [] : [`${one.package} ${one.fixedVersion}`],
      ),
    ),
    deadline: vulnerabilities.flatMap(({ deadline }) => deadline ?? []).toSorted()[0] ?? null,
  };
}

/** What nobody could tell counts as the worst. */
const SEVERITIES = ['low', 'medium', 'high', 'critical', 'unknown'] as const;

function worst(vulnerabilities: readonly WatchedVulnerability[]): WatchedVulnerability['severity'] {
  const ranks = vulnerabilities.map(({ severity }) => SEVERITIES.indexOf(severity));
  return SEVERITIES[Math.max(...ranks)] ?? 'unknown';
}

function distinct<T extends string>(texts: readonly T[]): T[] {
  return [...new Set(texts)].toSorted();
}

function orderOf({ deadline, since, id }: Exposed): string {
  return `${deadline ?? '9'} ${since} ${id}`;
}
