import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { indexPage } from '../../../client/report/html/index-page.ts';
import { releasePage } from '../../../client/report/html/release-page.ts';
import { indexOf } from '../../../client/report/model/index-report.ts';
import { reportOf } from '../../../client/report/model/release-report.ts';
import { abortedEntry, recordedFacts, unpublished } from './recorded.ts';

/** Where Debian's package `chromium` has it. */
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
const PAGES = ['release', 'aborted', 'index'] as const;
const WIDTHS = [390, 1280] as const;

let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-report-'));
  const facts = recordedFacts();
  await writeFile(join(folder, 'release.html'), releasePage(reportOf(facts)));
  await writeFile(join(folder, 'aborted.html'), releasePage(reportOf(unpublished(abortedEntry()))));
  await writeFile(
    join(folder, 'index.html'),
    indexPage(indexOf([facts.entry, abortedEntry()], facts.watch, false)),
  );
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

interface Opened {
  readonly page: Page;
  /** What the browser complained of, and what it asked for beyond the page. */
  readonly complaints: string[];
}

async function open(name: string, options: Parameters<Browser['newPage']>[0]): Promise<Opened> {
  const page = await browser.newPage({ reducedMotion: 'reduce', ...options });
  const complaints: string[] = [];
  const url = pathToFileURL(join(folder, `${name}.html`)).href;
  page.on('console', (said) => complaints.push(`${said.type()}: ${said.text()}`));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (request.url() !== url) complaints.push(`asked for ${request.url()}`);
  });
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
  await page.goto(url);
  return { page, complaints };
}

/** The same rows again tell axe nothing new, and hundreds of them take minutes. */
const SHORTEN =
  'for (const body of document.querySelectorAll("tbody")) for (const row of [...body.rows].slice(4)) row.remove()';

/** What axe finds that a person would stumble over. */
async function stumblingBlocks(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

describe.each(PAGES)('the page %s', (name) => {
  test.each(WIDTHS)(
    'fits a screen of %d pixels, and neither complains nor asks for anything',
    async (width) => {
      const { page, complaints } = await open(name, { viewport: { width, height: 900 } });
      const size = await page.evaluate<{ wide: number; long: number }>(
        '({ wide: document.documentElement.scrollWidth, long: document.documentElement.scrollHeight })',
      );
      expect(size.wide).toBeLessThanOrEqual(width);
      expect(size.long).toBeGreaterThan(900);
      expect(complaints).toEqual([]);
      expect((await page.screenshot()).length).toBeGreaterThan(10_000);
      await page.close();
    },
  );

  test.each(['light', 'dark'] as const)(
    'has nothing to stumble over in %s, opened whole',
    async (colorScheme) => {
      const { page } = await open(name, { viewport: { width: 390, height: 900 }, colorScheme });
      await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
      await page.evaluate(SHORTEN);
      expect(await stumblingBlocks(page)).toEqual([]);
      await page.close();
    },
  );

  test('has all of its content on paper, with nothing clipped', async () => {
    const { page } = await open(name, { viewport: { width: 700, height: 1000 } });
    await page.emulateMedia({ media: 'print' });
    const clipped = await page.evaluate<string[]>(CLIPPED);
    expect(clipped).toEqual([]);
    await page.close();
  });

  test('can be read without scripts', async () => {
    const { page, complaints } = await open(name, { javaScriptEnabled: false });
    expect(await page.locator('h2').count()).toBeGreaterThan(1);
    expect(await page.locator('.search').filter({ visible: true }).count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

/** What is on paper and wider than it, or hidden in something that scrolls or is closed. */
const CLIPPED = `[...document.querySelectorAll('main *')].flatMap((one) => {
  const style = getComputedStyle(one);
  const isCut = style.overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0;
  const isOut = one.getBoundingClientRect().right > document.documentElement.clientWidth + 1;
  const isClosed = one.tagName === 'TABLE' && one.getBoundingClientRect().height === 0;
  return isCut || isOut || isClosed ? [one.tagName + '.' + one.className + ' ' + one.textContent.slice(0, 60)] : [];
})`;

test('the search is reached with the keyboard, and finds by every word that is typed', async () => {
  const { page } = await open('release', { viewport: { width: 1280, height: 900 } });
  const focused = async (): Promise<string> => await page.evaluate<string>('document.activeElement.id');
  let presses = 0;
  while ((await focused()) !== 'component-search' && presses < 200) {
    await page.keyboard.press('Tab');
    presses += 1;
  }
  expect(await focused()).toBe('component-search');
  await page.keyboard.type('LIBCRYPTO3 distroless');
  const rows = page.locator('#component-table tbody tr');
  expect(await rows.filter({ visible: true }).allTextContents()).toEqual([
    expect.stringContaining('libcrypto3'),
  ]);
  expect(await page.locator('.search output').textContent()).toBe(`1 of ${await rows.count()} shown`);
  await page.keyboard.type('nothing-like-it');
  expect(await rows.filter({ visible: true }).count()).toBe(0);
  await page.close();
});
