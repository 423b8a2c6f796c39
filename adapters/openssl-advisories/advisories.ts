import { z } from 'zod';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { readArchiveEntries } from '../oci-layout/archive-entries.ts';

/** OpenSSL's own severities, in the words of our gates. */
type AdvisorySeverity = 'unknown' | 'low' | 'medium' | 'high' | 'critical';

/** Versions that an advisory speaks of, as it gives them. */
export interface AdvisoryRange {
  readonly from: string;
  /** The first version that is not meant; `*` for no end; undefined when only `from` is, or `through`. */
  readonly before: string | undefined;
  /** The last version that is meant. */
  readonly through: string | undefined;
}

/** A vulnerability as OpenSSL tells it. */
export interface OpensslAdvisory {
  readonly cve: string;
  readonly severity: AdvisorySeverity;
  /** When it was made public. */
  readonly published: Date;
  /** The ranges of affected versions; every other version is not affected. */
  readonly affected: readonly AdvisoryRange[];
  /** What it says in words, without markup: what it says of FIPS modules is said nowhere else. */
  readonly text: string;
}

const SEVERITIES: Readonly<Record<string, AdvisorySeverity>> = {
  low: 'low',
  moderate: 'medium',
  high: 'high',
  critical: 'critical',
};

const Version = z.object({
  version: z.string().min(1),
  lessThan: z.string().min(1).optional(),
  lessThanOrEqual: z.string().min(1).optional(),
  status: z.enum(['affected', 'unaffected', 'unknown']),
});

const Product = z.object({
  vendor: z.literal('OpenSSL'),
  product: z.literal('OpenSSL'),
  // With any other default the ranges would be exceptions, and we would read them the wrong way round.
  defaultStatus: z.literal('unaffected'),
  versions: z.array(Version).min(1),
});

/** A CVE record (CVE JSON 5) as OpenSSL publishes them, with the fields we read. */
const CveRecord = z.object({
  dataType: z.literal('CVE_RECORD'),
  dataVersion: z.string().startsWith('5.'),
  cveMetadata: z.object({
    cveId: z.string().regex(/^CVE-\d{4}-\d{4,}$/),
    state: z.enum(['PUBLISHED', 'REJECTED']),
  }),
  containers: z.object({
    cna: z.object({
      affected: z.array(Product).min(1),
      datePublic: z.iso.datetime({ offset: true, local: true }),
      descriptions: z.array(z.object({ lang: z.string(), value: z.string() })).min(1),
      metrics: z
        .array(z.object({ other: z.object({ content: z.object({ text: z.string() }) }).optional() }))
        .default([]),
    }),
  }),
});

/**
 * Reads OpenSSL's advisories: a JSON array of CVE records, or a gzipped tar archive with a file for each in a folder `secjson`, such as
 * that of the project's repository `release-metadata`. Throws FND_BAD_DATA for one record that cannot be read, or when there is none:
 * an empty list would be taken for good news.
 */
export async function readAdvisories(bytes: Uint8Array, what: string): Promise<OpensslAdvisory[]> {
  const records = isGzip(bytes) ? await recordsInArchive(bytes, what) : recordsIn(bytes, what);
  const advisories = records.flatMap((record, position) =>
    advisoryOf(record, `${what}: record ${position + 1}`),
  );
  if (advisories.length === 0) throw new FoundryError('FND_BAD_DATA', `${what} holds no advisory`);
  return advisories;
}

/** The range in which an advisory affects a version `x.y.z`, or undefined. A range that cannot be read affects everything. */
export function affectedRange({ affected }: OpensslAdvisory, version: string): AdvisoryRange | undefined {
  return affected.find((range) => isIn(range, version));
}

/** The release that fixes an advisory in the line of a version, where it tells of one. */
export function fixForLine({ affected }: OpensslAdvisory, version: string): string | undefined {
  const line = lineOf(version);
  return affected.find(({ from, before }) => before !== undefined && before !== '*' && lineOf(from) === line)
    ?.before;
}

/** The first two numbers of a version. */
export function lineOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

/** Compares two versions by their three numbers. */
export function compareReleases(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  if (left === undefined || right === undefined)
    throw new RangeError(`${a} or ${b} is no version of three numbers`);
  for (const [position, number] of left.entries()) {
    const difference = number - (right[position] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function isIn({ from, before, through }: AdvisoryRange, version: string): boolean {
  if (before === '*') return atLeast(version, from);
  const end = before ?? through ?? from;
  // Old versions have letters (1.1.1zh): by their numbers they end before any version of ours begins.
  if (numbersOf(from) === undefined || numbersOf(end) === undefined) return true;
  if (!atLeast(version, from)) return false;
  const difference = compareReleases(version, end);
  return before === undefined ? difference <= 0 : difference < 0;
}

function atLeast(version: string, from: string): boolean {
  return numbersOf(from) === undefined || compareReleases(version, from) >= 0;
}

function numbersOf(version: string): number[] | undefined {
  const [, ...numbers] = /^(?:fips-)?(\d+)\.(\d+)\.(\d+)(?!\.)/.exec(version) ?? [];
  return numbers.length === 0 ? undefined : numbers.map(Number);
}

function advisoryOf(value: unknown, what: string): OpensslAdvisory[] {
  const parsed = CveRecord.safeParse(value);
  if (!parsed.success)
    throw new FoundryError('FND_BAD_DATA', `${what} is not a CVE record: ${z.prettifyError(parsed.error)}`, {
      cause: parsed.error,
    });
  const { cveMetadata, containers } = parsed.data;
  if (cveMetadata.state === 'REJECTED') return [];
  const { affected, datePublic, descriptions, metrics } = containers.cna;
  const word = metrics.find(({ other }) => other !== undefined)?.other?.content.text ?? '';
  return [
    {
      cve: cveMetadata.cveId,
      severity: SEVERITIES[word.toLowerCase()] ?? 'unknown',
      published: new Date(datePublic),
      affected: affected
        .flatMap(({ versions }) => versions)
        .filter(({ status }) => status !== 'unaffected')
        .map(({ version, lessThan, lessThanOrEqual }) => ({
          from: version,
          before: lessThan,
          through: lessThanOrEqual,
        })),
      text: descriptions.map(({ value: words }) => plain(words)).join(' '),
    },
  ];
}

function plain(words: string): string {
  return words
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function recordsIn(bytes: Uint8Array, what: string): readonly unknown[] {
  const value = jsonOf(bytes, what);
  if (Array.isArray(value)) return value;
  throw new FoundryError('FND_BAD_DATA', `${what} is not a list of CVE records`);
}

async function recordsInArchive(bytes: Uint8Array, what: string): Promise<unknown[]> {
  const records: unknown[] = [];
  for await (const { path, type, content } of readArchiveEntries(bytes, what)) {
    if (type === 'file' && /(?:^|\/)secjson\/CVE-[^/]+\.json$/.test(path))
      records.push(jsonOf(content, `${what}: ${path}`));
  }
  return records;
}

function jsonOf(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', `${what} is not JSON: ${messageOf(cause)}`, { cause });
  }
}
