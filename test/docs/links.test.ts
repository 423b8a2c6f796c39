import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGES = [
  'README.md',
  'SECURITY.md',
  ...readdirSync(`${ROOT}docs`)
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

const textOf = (page: string): string => readFileSync(resolve(ROOT, page), 'utf8');
/** A page without what is shown as code, where nothing is a link or a heading. */
const proseOf = (page: string): string => textOf(page).replaceAll(/^ *```[^]*?^ *```$/gm, '');

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(page: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = [...proseOf(page).matchAll(/^#{1,6} (?<title>.+)$/gm)].map(({ groups }) => {
    const plain = (groups?.['title'] ?? '').replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const anchor = plain
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
  return new Set(anchors);
}

const linksOf = (page: string): string[] =>
  [
    ...proseOf(page)
      .replaceAll(/`[^`\n]*`/g, '')
      .matchAll(/\]\((?<target>[^)\s]+)\)/g),
  ]
    .map(({ groups }) => groups?.['target'] ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));

function whatIsWrongWith(page: string, target: string): string | undefined {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? resolve(ROOT, page) : resolve(ROOT, dirname(page), path);
  if (relative(ROOT, file).startsWith('..')) return `${target} leads out of the repository`;
  if (!existsSync(file)) return `${target} is not there`;
  if (anchor === undefined || statSync(file).isDirectory()) return undefined;
  return anchorsOf(relative(ROOT, file)).has(anchor) ? undefined : `${target} has no such heading`;
}

describe('links between pages', () => {
  it.each(PAGES)('of %s lead somewhere', (page) => {
    expect(linksOf(page).flatMap((target) => whatIsWrongWith(page, target) ?? [])).toEqual([]);
  });

  it('are not right whatever they say', () => {
    expect(whatIsWrongWith('README.md', 'docs/nothing.md')).toContain('is not there');
    expect(whatIsWrongWith('README.md', 'docs/lab.md#nothing')).toContain('no such heading');
    expect(whatIsWrongWith('docs/lab.md', '../../x.md')).toContain('out of the repository');
  });

  it('lead from the README to every page', () => {
    const linked = new Set(linksOf('README.md').map((target) => target.split('#')[0]));

    expect(PAGES.filter((page) => page !== 'README.md' && !linked.has(page))).toEqual([]);
  });
});
