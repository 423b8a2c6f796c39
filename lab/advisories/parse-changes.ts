import { FoundryError } from '../../domain/errors.ts';
import { parseReleaseDate } from '../sources/version-file.ts';
import { lineOf } from '../sources/source-release.ts';
import type { Advisory, Severity } from './advisory.ts';

const SEVERITIES: readonly Severity[] = ['Low', 'Moderate', 'High', 'Critical'];

interface Section {
  readonly version: string;
  readonly published: string;
  readonly lines: readonly string[];
}

/**
 * Reads the advisories of one release line out of OpenSSL's CHANGES.md, newest release first, in the order of the text.
 * `newest` is the release that the file belongs to: its section must be there.
 * Throws FND_BAD_DATA for a heading it cannot read and when it finds no CVE: an empty feed would look like good news.
 */
export function parseChanges(text: string, newest: string): Advisory[] {
  const line = lineOf(newest);
  const sections = sectionsOf(text, line);
  if (!sections.some(({ version }) => version === newest)) {
    throw new FoundryError('FND_BAD_DATA', `CHANGES.md has no section for ${newest}`);
  }
  const found = new Map<string, Advisory>();
  for (const section of sections) {
    for (const item of itemsOf(section.lines)) {
      for (const advisory of advisoriesOf(item, section)) {
        if (!found.has(advisory.cve)) found.set(advisory.cve, advisory);
      }
    }
  }
  if (found.size === 0) {
    throw new FoundryError('FND_BAD_DATA', `CHANGES.md names no CVE in the ${line} line`);
  }
  return [...found.values()];
}

function sectionsOf(text: string, line: string): Section[] {
  const sections: { version: string; published: string; lines: string[] }[] = [];
  let inside = false;
  for (const row of text.split(/\r?\n/)) {
    if (row.startsWith('### Changes')) {
      const { version, date } = parseHeading(row);
      inside = lineOf(version) === line;
      if (!inside && sections.length > 0) break;
      if (inside) sections.push({ version, published: publishedOn(date, row), lines: [] });
    } else if (inside) sections.at(-1)?.lines.push(row);
  }
  return sections;
}

function parseHeading(row: string): { version: string; date: string } {
  const [, version, date = ''] = /^### Changes between \S+ and (\d+\.\d+\.\d+) +\[(.*)\]\s*$/.exec(row) ?? [];
  if (version === undefined) throw unreadable(row);
  return { version, date };
}

function publishedOn(date: string, row: string): string {
  const published = parseReleaseDate(date);
  if (published === undefined) throw unreadable(row);
  return published.toISOString().slice(0, 10);
}

function unreadable(row: string): FoundryError {
  return new FoundryError('FND_BAD_DATA', `CHANGES.md: cannot read the heading ${JSON.stringify(row)}`);
}

/** An item starts with ` * ` at the margin and goes on until the next one. */
function itemsOf(lines: readonly string[]): string[][] {
  const items: string[][] = [];
  for (const row of lines) {
    if (/^ ?\* /.test(row)) items.push([row.replace(/^ ?\* +/, '')]);
    else items.at(-1)?.push(row.trim());
  }
  return items;
}

function advisoriesOf(item: readonly string[], section: Section): Advisory[] {
  const paragraphs = paragraphsOf(item);
  const [title = '', ...rest] = paragraphs;
  const cves = item
    .filter((row) => !/^\[[^\]]+\]:/.test(row))
    .flatMap((row) => [...row.matchAll(/\[(CVE-\d{4}-\d{4,})\]/g)].map((match) => match[1] ?? ''));
  return [...new Set(cves)].map((cve) => ({
    cve,
    title,
    severity: severityOf(rest, cve),
    summary:
      rest.find((paragraph) => /^issue summary:/i.test(paragraph))?.replace(/^issue summary:\s*/i, '') ??
      title,
    fixedIn: section.version,
    published: section.published,
  }));
}

function paragraphsOf(item: readonly string[]): string[] {
  return item
    .join('\n')
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replaceAll(/\s+/g, ' ').trim())
    .filter((paragraph) => paragraph !== '');
}

function severityOf(paragraphs: readonly string[], cve: string): Severity | undefined {
  const word = paragraphs
    .map((text) => /^severity:\s*(\S+)$/i.exec(text)?.[1])
    .find((found) => found !== undefined);
  if (word === undefined) return undefined;
  const severity = SEVERITIES.find((known) => known.toLowerCase() === word.toLowerCase());
  if (severity === undefined) {
    throw new FoundryError(
      'FND_BAD_DATA',
      `CHANGES.md: ${cve} has an unknown severity ${JSON.stringify(word)}`,
    );
  }
  return severity;
}
