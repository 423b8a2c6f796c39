import { describe, expect, test } from 'vitest';
import { judgeForProvider } from '../../../activities/gates/provider-statement.ts';
import { advisory, range } from './sample-advisories.ts';

const LATER = [range('3.5.0', '3.5.6'), range('3.0.0', '3.0.20')];
const OURS = [range('3.1.0', '3.1.5'), range('3.0.0', '3.0.13')];

/** Sentences as OpenSSL's advisories have them. */
describe.each([
  [
    'a sentence about all lines clears ours too',
    'No FIPS modules are affected by this issue as the affected code is outside the OpenSSL FIPS module boundary.',
    LATER,
    'not-affected',
  ],
  ['with another adjective', 'No OpenSSL FIPS modules are affected by this issue.', LATER, 'not-affected'],
  [
    'one that names our line clears it, though the range has our version',
    'The OpenSSL 3.0 and 3.1 FIPS providers are not affected by this because the issue lies outside of the FIPS provider boundary.',
    OURS,
    'not-affected',
  ],
  [
    'clean lines around ours clear it',
    'The FIPS modules in 4.0, 3.6, 3.5, 3.4 and 3.0 are not affected by this issue.',
    LATER,
    'not-affected',
  ],
  [
    'newer lines alone say nothing of ours',
    'The FIPS modules in 3.6, 3.5 and 3.4 are not affected by this issue.',
    [range('3.5.0', '3.5.5')],
    'silent',
  ],
  [
    'newer lines alone do not clear what the range has',
    'The FIPS modules in 3.6, 3.5 and 3.4 are not affected by this issue.',
    OURS,
    'affected',
  ],
  [
    'one that names our line tells that it is affected, though no range does',
    'The FIPS modules in 3.6, 3.5, 3.4, 3.3, 3.1 and 3.0 are affected by this issue.',
    LATER,
    'affected',
  ],
  [
    'an affected older line affects ours: it came down from there',
    'The FIPS modules in 4.0, 3.6, 3.5, 3.4, and 3.0 are affected by this issue.',
    LATER,
    'affected',
  ],
  [
    'a newer line alone does not: the bug came in later',
    'OpenSSL FIPS module in 3.6 version is affected by this issue.',
    [range('3.6.0', '3.6.2')],
    'silent',
  ],
  [
    'words that cannot be read count against it',
    'The FIPS provider of some releases leaks a nonce. See the paper.',
    LATER,
    'affected',
  ],
  ['silence about modules leaves the range', 'Applications may crash.', OURS, 'affected'],
  ['silence about everything of ours is silence', 'Applications may crash.', LATER, 'silent'],
  [
    'a fix in our line before our version settles it',
    'The OpenSSL 3.0 and 3.1 FIPS providers are affected by this issue.',
    [range('3.1.0', '3.1.2')],
    'not-affected',
  ],
  ['other words about FIPS mean no module', 'This is required by FIPS 140-3.', LATER, 'silent'],
] as const)('%s', (_name, sentence, affected, expected) => {
  test('as a sentence among others', () => {
    const text = `Issue summary: Something happens. ${sentence} OpenSSL 1.0.2 is not affected by this issue.`;
    expect(judgeForProvider(advisory('CVE-2026-1000', affected, { text }), '3.1.2').kind).toBe(expected);
  });
});

test('the reason quotes the sentence', () => {
  const said = 'The FIPS modules in 3.1 and 3.0 are affected by this issue.';
  const text = `Issue summary: A key leaks. ${said} Update.`;
  expect(judgeForProvider(advisory('CVE-2026-1000', LATER, { text }), '3.1.2').reason).toBe(
    `OpenSSL's advisory says: ${said}`,
  );
});
