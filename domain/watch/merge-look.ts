import { durationMs } from '../pins/values.ts';
import { currentImages } from './current-images.ts';
import { exposureOf } from './exposure.ts';
import type { FoundVulnerability, Look, ScannedImage, ServiceLevels, UnjudgedImage } from './look.ts';
import type { WatchedImage, WatchedVulnerability, WatchRecord } from './record.ts';

/** How long an image stays in the record once no tag leads to it. */
const KEPT_MS = 400 * 24 * 3_600_000;

/**
 * The record after a look. The same look twice changes nothing the second time. What was seen first, and since when, never moves; a look
 * from before the last one (a clock was set back) counts as made when the last one was.
 */
export function mergeLook(before: WatchRecord | undefined, look: Look): WatchRecord {
  const at = latest(look.at.toISOString(), before?.lookedAt);
  const known = before?.images ?? [];
  const scanned = look.scanned.map((image) =>
    mergeScanned(
      known.find((one) => isOf(image, one)),
      image,
      at,
    ),
  );
  const unjudged = look.unjudged.flatMap((seen) =>
    known
      .filter((image) => isOf(seen, image))
      .map((image) => ({ ...image, tags: seen.tags.toSorted(), unpublishedAt: null })),
  );
  const published = [...look.scanned, ...look.unjudged];
  const gone = known
    .filter((image) => !published.some((seen) => isOf(seen, image)))
    .map((image) => unpublish(image, at))
    .filter(({ unpublishedAt }) => Date.parse(at) - Date.parse(unpublishedAt ?? at) <= KEPT_MS);
  const { commit } = look;
  const record: WatchRecord = {
    schemaVersion: 1,
    lookedAt: at,
    zeroSince: null,
    commit,
    databases: [...look.databases],
    problems: look.unjudged.map(({ digest, platform, tags, problem }) => ({
      what: `${tags.toSorted().join(', ')}${platform === undefined ? '' : ` (${platform})`}`,
      digest,
      ...problem,
    })),
    images: withDeadlines([...scanned, ...unjudged, ...gone], look.levels).toSorted(byRelease),
  };
  const isZero = exposureOf(record) === 'zero';
  return { ...record, zeroSince: isZero ? (before?.zeroSince ?? at) : null };
}

/** Whether what was seen is an image: images of several platforms are under one index. */
function isOf(seen: Pick<UnjudgedImage, 'digest' | 'platform'>, image: WatchedImage): boolean {
  return seen.digest === image.digest && (seen.platform === undefined || seen.platform === image.platform);
}

function mergeScanned(known: WatchedImage | undefined, image: ScannedImage, at: string): WatchedImage {
  const { found, tags, releasedAt, ...name } = image;
  const before = new Map(known?.vulnerabilities.map((one) => [keyOf(one), one]));
  const merged = new Map(found.map((one) => [keyOf(one), mergeFound(before.get(keyOf(one)), one, at)]));
  for (const [key, one] of before) if (!merged.has(key)) merged.set(key, end(one, 'not-found', at));
  return {
    ...name,
    tags: tags.toSorted(),
    releasedAt: known?.releasedAt ?? releasedAt,
    scannedAt: at,
    unpublishedAt: null,
    vulnerabilities: [...merged.values()].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
  };
}

function mergeFound(
  before: WatchedVulnerability | undefined,
  found: FoundVulnerability,
  at: string,
): WatchedVulnerability {
  const { id, package: name, version, severity, fixedVersion, stated } = found;
  return {
    id,
    package: name,
    version,
    severity,
    firstSeen: before?.firstSeen ?? at,
    fixedVersion,
    fixedSince: fixedVersion === null ? null : (before?.fixedSince ?? at),
    stated,
    spans: stated === null ? opened(before?.spans ?? [], at) : closed(before?.spans ?? [], at),
    deadline: null,
    endedAt: null,
    ending: null,
  };
}

/** Also of one that ended before: it ends once. */
function end(
  one: WatchedVulnerability,
  ending: NonNullable<WatchedVulnerability['ending']>,
  at: string,
): WatchedVulnerability {
  if (one.endedAt !== null) return one;
  return { ...one, spans: closed(one.spans, at), endedAt: at, ending };
}

function unpublish(image: WatchedImage, at: string): WatchedImage {
  if (image.unpublishedAt !== null) return image;
  return {
    ...image,
    tags: [],
    unpublishedAt: at,
    vulnerabilities: image.vulnerabilities.map((one) => end(one, 'unpublished', at)),
  };
}

type Spans = WatchedVulnerability['spans'];

function opened(spans: Spans, at: string): Spans {
  const last = spans.at(-1);
  if (last?.until === null) return spans;
  // Without a pause in between it is the same exposure.
  if (last?.until === at) return [...spans.slice(0, -1), { ...last, until: null }];
  return [...spans, { from: at, until: null }];
}

function closed(spans: Spans, at: string): Spans {
  return spans.map((span) => (span.until === null ? { ...span, until: at } : span));
}

/** A newer version that is out is the fix: nothing is owed to the older one any more. */
function withDeadlines(images: readonly WatchedImage[], levels: ServiceLevels): WatchedImage[] {
  const current = new Set(currentImages(images));
  return images.map((image) => ({
    ...image,
    vulnerabilities: image.vulnerabilities.map((one) => ({
      ...one,
      deadline: current.has(image) ? deadlineOf(one, levels) : null,
    })),
  }));
}

/** From when there was both a fix and an exposure. */
function deadlineOf(
  { severity, fixedSince, spans }: WatchedVulnerability,
  { critical, others }: ServiceLevels,
): string | null {
  const span = spans.at(-1);
  if (fixedSince === null || span === undefined || span.until !== null) return null;
  const isWorst = severity === 'critical' || severity === 'unknown';
  const began = Date.parse(latest(fixedSince, span.from));
  return new Date(began + durationMs(isWorst ? critical : others)).toISOString();
}

/** Moments are all of one form, in UTC, so their texts are in the order of time. */
function latest(a: string, b: string | undefined): string {
  return b !== undefined && b > a ? b : a;
}

function keyOf({ id, package: name }: FoundVulnerability): string {
  return `${id} ${name}`;
}

function byRelease(a: WatchedImage, b: WatchedImage): number {
  return orderOf(a) < orderOf(b) ? -1 : 1;
}

function orderOf({ releasedAt, digest, platform }: WatchedImage): string {
  return `${releasedAt} ${digest} ${platform}`;
}
