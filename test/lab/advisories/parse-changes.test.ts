import { readFile } from 'node:fs/promises';
import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseChanges } from '../../../lab/advisories/parse-changes.ts';
import { FoundryError } from '../../../domain/errors.ts';

let excerpt: string;

beforeAll(async () => {
  excerpt = await readFile(new URL('../../golden/openssl-changes-excerpt.md', import.meta.url), 'utf8');
});

test('reads every CVE of the line, newest release first, in the order of the text', () => {
  expect(parseChanges(excerpt, '9.5.2')).toEqual([
    {
      cve: 'CVE-2099-10001',
      title: 'Fixed a title that goes over two lines with `code` in it.',
      severity: 'High',
      summary: 'Something written for this test goes wrong in two lines.',
      fixedIn: '9.5.2',
      published: '2026-06-09',
    },
    {
      cve: 'CVE-2099-10003',
      title: 'Fixed two things at once.',
      severity: 'Moderate',
      summary: 'Fixed two things at once.',
      fixedIn: '9.5.2',
      published: '2026-06-09',
    },
    {
      cve: 'CVE-2099-10002',
      title: 'Fixed two things at once.',
      severity: 'Moderate',
      summary: 'Fixed two things at once.',
      fixedIn: '9.5.2',
      published: '2026-06-09',
    },
    {
      cve: 'CVE-2098-1234',
      title: 'Fixed without a severity.',
      severity: undefined,
      summary: 'Fixed without a severity.',
      fixedIn: '9.5.1',
      published: '2026-01-01',
    },
  ]);
});

test('line ends of other systems change nothing', () => {
  expect(parseChanges(excerpt.replaceAll('\n', '\r\n'), '9.5.2')).toEqual(parseChanges(excerpt, '9.5.2'));
});

describe('refuses', () => {
  test.each([
    ['an empty file', () => '', /no section for 9\.5\.2/],
    ['a web page', () => '<html>not found</html>', /no section for 9\.5\.2/],
    ['a file of another release', () => excerpt.replace('and 9.5.2', 'and 9.5.3'), /no section for 9\.5\.2/],
    ['a line without any CVE', () => excerpt.replaceAll('[CVE-', '[ISSUE-'), /names no CVE in the 9\.5 line/],
    [
      'a heading without a version',
      () => excerpt.replace('9.5.0 and 9.5.1', 'old and new'),
      /cannot read the heading/,
    ],
    [
      'a day that does not exist',
      () => excerpt.replace('1 Jan 2026', '31 Feb 2026'),
      /cannot read the heading/,
    ],
    [
      'a section that is not released',
      () => excerpt.replace('9 Jun 2026', 'xx XXX xxxx'),
      /cannot read the heading/,
    ],
    [
      'an unknown severity',
      () => excerpt.replace('Severity: High', 'Severity: Huge'),
      /unknown severity "Huge"/,
    ],
  ])('%s', (_name, change, reason) => {
    expect(() => parseChanges(change(), '9.5.2')).toThrow(reason);
  });
});

test('any text gives advisories of the line or a named error', () => {
  const piece = oneof(
    string(),
    constantFrom(
      '\n### Changes between 9.5.1 and 9.5.2 [9 Jun 2026]\n',
      '\n * ',
      '([CVE-2099-10001])',
      '\n\n   Severity: Low\n',
      '<!--',
      '-->',
    ),
  );
  assert(
    property(array(piece), (pieces) => isSound(pieces.join(''))),
    { numRuns: 500 },
  );
  expect(isSound(excerpt)).toBe(true);
});

function isSound(text: string): boolean {
  try {
    return parseChanges(text, '9.5.2').every(
      ({ cve, fixedIn }) => /^CVE-\d{4}-\d{4,}$/.test(cve) && fixedIn?.startsWith('9.5.') === true,
    );
  } catch (error) {
    return error instanceof FoundryError && error.code === 'FND_BAD_DATA';
  }
}
