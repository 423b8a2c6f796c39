import { z } from 'zod';
import { VARIANTS } from '../../../domain/pins/variant.ts';
import { exposureOf, exposureSince } from '../../../domain/watch/exposure.ts';
import type { WatchedImage, WatchRecord } from '../../../domain/watch/record.ts';
import type { ReleaseEntry } from '../../release/release-entry.ts';
import { gateRows } from './gates.ts';
import { GATE_STATES } from './report.ts';

const Span = z.strictObject({ from: z.string(), until: z.string() });

const Line = z.strictObject({
  version: z.string(),
  variant: z.enum(VARIANTS),
  isPublished: z.boolean(),
  published: z.array(Span),
  exposed: z.array(Span),
  /** Ids of what it was exposed to, sorted. */
  vulnerabilities: z.array(z.string()),
});
export type TimelineRow = z.infer<typeof Line>;

const IndexEntry = z.strictObject({
  id: z.string(),
  runId: z.string(),
  version: z.string(),
  commit: z.string(),
  state: z.string(),
  stage: z.string().nullable(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  images: z.int(),
  gates: z.record(z.enum(GATE_STATES), z.int()),
  /** The file of its page, when there is one beside the index. */
  page: z.string().nullable(),
});

/** All that the page over all releases says. */
export const IndexReport = z.strictObject({
  schemaVersion: z.literal(1),
  releases: z.array(IndexEntry),
  watch: z
    .strictObject({
      exposure: z.string(),
      since: z.string().nullable(),
      lookedAt: z.string(),
      problems: z.array(z.string()),
      databases: z.array(z.string()),
      from: z.string(),
      lines: z.array(Line),
    })
    .nullable(),
});
export type IndexReport = z.infer<typeof IndexReport>;

/** Where the page of a release is, beside the others. Undefined for a release that nothing names. */
export function pageName({ version, commit }: Pick<ReleaseEntry, 'version' | 'commit'>): string | undefined {
  if (!/^[\d.]+$/.test(version) || !/^[0-9a-f]{40}$/.test(commit)) return undefined;
  return `release-${version}-${commit.slice(0, 12)}.html`;
}

/** What the page over all releases says. `hasPages`: the newest run of each release has a page beside it. */
export function indexOf(
  entries: readonly ReleaseEntry[],
  watch: WatchRecord | null,
  hasPages: boolean,
): IndexReport {
  const newest = new Map(entries.toReversed().map(({ id, runId }) => [id, runId]));
  return IndexReport.parse({
    schemaVersion: 1,
    releases: entries.map((entry) => ({
      id: entry.id,
      runId: entry.runId,
      version: entry.version,
      commit: entry.commit,
      state: entry.state,
      stage: entry.stage,
      startedAt: entry.startedAt,
      endedAt: entry.endedAt,
      images: entry.state === 'completed' ? (entry.status?.images.length ?? 0) : 0,
      gates: gateCounts(entry),
      page: hasPages && newest.get(entry.id) === entry.runId ? (pageName(entry) ?? null) : null,
    })),
    watch: watch === null ? null : watchOf(watch),
  } satisfies IndexReport);
}

/** As the release itself says it: what is signed is on the page of the release. */
function gateCounts(entry: ReleaseEntry): IndexReport['releases'][number]['gates'] {
  const counts = { pass: 0, fail: 0, 'not-run': 0, stale: 0 };
  const cells = gateRows({ ...entry, state: 'running' }, []).flatMap((row) => row.cells);
  for (const { state } of cells) counts[state] += 1;
  return counts;
}

function watchOf(record: WatchRecord): NonNullable<IndexReport['watch']> {
  const groups = Map.groupBy(record.images, ({ version, variant }) => JSON.stringify([version, variant]));
  const lines = [...groups.values()].map((images) => lineOf(images, record.lookedAt));
  return {
    exposure: exposureOf(record),
    since: exposureSince(record),
    lookedAt: record.lookedAt,
    problems: record.problems.map(({ what, code, message }) => `${what}: ${code}: ${message}`),
    databases: record.databases.map(({ uri, updatedAt }) => `${uri}, of ${updatedAt}`),
    from: record.images.map(({ releasedAt }) => releasedAt).toSorted()[0] ?? record.lookedAt,
    lines: lines.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1)),
  };
}

/** What one tag led to over time, whichever image it was. */
function lineOf(images: readonly WatchedImage[], now: string): TimelineRow {
  const [{ version, variant }] = images as readonly [WatchedImage];
  const exposed = images.flatMap(({ vulnerabilities, unpublishedAt }) =>
    vulnerabilities.flatMap(({ spans }) =>
      spans.map(({ from, until }) => ({ from, until: until ?? unpublishedAt ?? now })),
    ),
  );
  return {
    version,
    variant,
    isPublished: images.some(({ unpublishedAt }) => unpublishedAt === null),
    published: joined(
      images.map(({ releasedAt, unpublishedAt }) => ({ from: releasedAt, until: unpublishedAt ?? now })),
    ),
    exposed: joined(exposed),
    vulnerabilities: [
      ...new Set(
        images.flatMap(({ vulnerabilities }) =>
          vulnerabilities.filter(({ spans }) => spans.length > 0).map(({ id }) => id),
        ),
      ),
    ].toSorted(),
  };
}

type TimeSpan = z.infer<typeof Span>;

/** Spans in order of time, those that touch as one. */
function joined(spans: readonly TimeSpan[]): TimeSpan[] {
  const result: TimeSpan[] = [];
  for (const span of spans.toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from))) {
    const last = result.at(-1);
    if (last !== undefined && Date.parse(span.from) <= Date.parse(last.until)) {
      const until = Date.parse(span.until) > Date.parse(last.until) ? span.until : last.until;
      result[result.length - 1] = { from: last.from, until };
    } else {
      result.push(span);
    }
  }
  return result;
}

function orderOf({ version, variant }: TimelineRow): string {
  const padded = version.split('.').map((part) => part.padStart(6, '0'));
  return `${padded.join('.')} ${VARIANTS.indexOf(variant)}`;
}
