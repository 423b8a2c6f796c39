import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { releasePage } from '../../../client/report/html/release-page.ts';
import { indexPage } from '../../../client/report/html/index-page.ts';
import { indexOf } from '../../../client/report/model/index-report.ts';
import { reportOf } from '../../../client/report/model/release-report.ts';
import type { ReleaseReport } from '../../../client/report/model/report.ts';
import { COMPLETED, entryOfStatus, WAITING, WAITING_FOR_APPROVAL } from '../release/statuses.ts';
import { abortedEntry, recordedFacts, unpublished } from './recorded.ts';

const MOST_BYTES = 1_000_000;

/** Anything that makes a browser ask for something, as an element or in a style. */
const ASKS_FOR_MORE =
  /<(?:link|img|iframe|object|embed|audio|video|source|base|form[^>]* action)\b|@import|url\((?!#)|\ssrc=/i;

describe('the page of a release', () => {
  it('is the recorded one, byte by byte', async () => {
    const page = releasePage(reportOf(recordedFacts()));

    await expect(page).toMatchFileSnapshot('../../golden/report/release.html');
  });

  it('is the same for the same release, in whatever order its parts were read', () => {
    const facts = recordedFacts();
    const again = { ...recordedFacts(), images: facts.images.toReversed() };

    expect(releasePage(reportOf(again))).toBe(releasePage(reportOf(facts)));
  });

  it('asks for nothing but itself, and allows no script or style but its own', () => {
    const page = releasePage(reportOf(recordedFacts()));

    expect(page).not.toMatch(ASKS_FOR_MORE);
    expect(page).toMatch(
      /default-src &#39;none&#39;; style-src &#39;sha256-[^&]+&#39;; script-src &#39;sha256-/,
    );
    expect([...page.matchAll(/href="([^"]*)"/g)].every(([, to = '']) => to.startsWith('#'))).toBe(true);
  });

  it('stays under a megabyte with a thousand packages in each of three images, all of them different', () => {
    const facts = recordedFacts();
    const images = facts.images.map((one) => ({
      ...one,
      documents: {
        ...one.documents,
        packages: Array.from({ length: 1000 }, (_, at) => ({
          name: `package-${one.image.variant}-${at}`,
          version: `${at}.20.300-r4`,
          origin: `package-${at}`,
          licence: 'Apache-2.0',
          sha256: at.toString(16).padStart(64, '0'),
        })),
      },
    }));

    const page = releasePage(reportOf({ ...facts, images }));

    expect(page.match(/package-development-999/g)).not.toBeNull();
    expect(Buffer.byteLength(page)).toBeLessThan(MOST_BYTES);
  });
});

/** Words that decide how something looks; all other texts of a report come from outside. */
const OUR_WORDS = new Set(['verdict', 'state', 'variant', 'variants', 'platform', 'gate', 'marks']);
/** Texts that the page reads as moments. */
const MOMENTS = new Set(['startedAt', 'endedAt', 'at', 'until']);

function withTexts<T>(value: T, text: (before: string) => string, key = ''): T {
  if (typeof value === 'string') return (OUR_WORDS.has(key) ? value : text(value)) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => withTexts(one, text, key)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withTexts(inner as unknown, text, name)]),
  ) as T;
}

/** The tags of a page with the names of their attributes, without any text. */
function skeletonOf(page: string): string {
  return [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replaceAll(/"[^"]*"/g, '""')).join('\n');
}

function small(): ReleaseReport {
  const report = reportOf(recordedFacts());
  const aborted = reportOf(unpublished(abortedEntry()));
  return {
    ...report,
    verdict: 'refused',
    aborted: aborted.aborted,
    failed: aborted.failed,
    selfTests: report.selfTests.slice(0, 2).map((group) => ({ ...group, tests: group.tests.slice(0, 2) })),
    stages: report.stages.slice(4),
    images: report.images.slice(0, 1),
    components: report.components.slice(0, 5),
    evidence: report.evidence.slice(0, 5),
  };
}

test('no text from outside becomes markup, wherever it stands', () => {
  const report = small();
  const plain = skeletonOf(releasePage(withTexts(report, () => 'x')));
  const nasty = fc.oneof(
    fc.string({ minLength: 1, unit: 'binary' }),
    fc.constantFrom(
      '</script><script>alert(1)</script>',
      '" onload="x',
      "' onload='x",
      '<!--',
      ']]>',
      '&lt;b&gt;',
      '</style>',
      '${x}',
    ),
    fc
      .array(fc.constantFrom('<', '>', '"', "'", '&', '/', '=', ' ', 'a', '`'), {
        minLength: 1,
        maxLength: 12,
      })
      .map((all) => all.join('')),
  );

  fc.assert(
    fc.property(nasty, (text) => {
      const page = releasePage(withTexts(report, () => text));
      expect(skeletonOf(page) === plain).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('texts that are escaped are still there to be read', () => {
  const page = releasePage(withTexts(small(), (before) => (MOMENTS.has(before) ? before : `<b>&"'`)));

  expect(page).toContain('&lt;b&gt;&amp;&quot;&#39;');
  expect(page).not.toContain('<b>');
});

describe('what is missing is shown as missing', () => {
  test('an aborted release says why, what did not pass, what was taken back, and what to type', () => {
    const page = releasePage(reportOf(unpublished(abortedEntry())));

    expect(page).toContain('Aborted in gates by the rules of the foundry; nothing of it is published.');
    expect(page).toContain('CVE-2099-0001');
    expect(page).toContain('taken out of quarantine');
    expect(page).toContain('./foundry release');
    expect(page).toContain('No image of this release is published');
    expect(page).not.toContain('class="state good"><span aria-hidden="true">✓</span> verified');
  });

  test.each([
    ['an operator', WAITING, './foundry retry 4f2d0c1b7a9e'],
    ['an approval', WAITING_FOR_APPROVAL, './foundry approve 4f2d0c1b7a9e'],
  ])('a release that waits for %s says so, until when, and what to type', (whom, status, command) => {
    const page = releasePage(reportOf(unpublished(entryOfStatus(status))));

    expect(page).toContain(`waits for ${whom} until`);
    expect(page).toContain(command);
  });

  test('a release whose workflow was ended from outside is not called anything better', () => {
    const entry = { ...entryOfStatus(COMPLETED), state: 'stopped' as const };

    expect(reportOf(unpublished(entry))).toMatchObject({ verdict: 'unknown' });
  });

  test('the index says that nothing is known when nobody has looked', () => {
    const page = indexPage(indexOf([abortedEntry()], null, false));

    expect(page).toContain('how it stands is not known');
    expect(page).not.toContain('zero known CVEs');
  });
});
