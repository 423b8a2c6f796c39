import { FoundryError } from '../../domain/errors.ts';

/** A version text that fits apk's grammar. Made only by this module. */
export type ApkVersion = string & { readonly __brand: 'ApkVersion' };

const GRAMMAR =
  /^(\d+)((?:\.\d+)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*)(?:~([0-9a-f]+))?(?:-r(\d+))?$/;

const LONGEST = 256;

const SUFFIXES = ['alpha', 'beta', 'pre', 'rc', 'cvs', 'svn', 'git', 'hg', 'p'];
const FIRST_POST_RELEASE = SUFFIXES.indexOf('cvs');

/**
 * What can follow a common beginning, from oldest to newest. The end of the version stands between the pre-release suffixes
 * and everything else, which is the whole of the rule "longer is newer, unless it goes on with a pre-release suffix".
 */
const RANK = {
  preRelease: 0,
  end: 1,
  revision: 2,
  hash: 3,
  suffixNumber: 4,
  postRelease: 5,
  letter: 6,
  number: 7,
} as const;

interface Token {
  readonly rank: number;
  readonly text: string;
  readonly order: 'numeric' | 'leading-zero' | 'text' | 'suffix';
}

const END: Token = { rank: RANK.end, text: '', order: 'text' };

/** Whether a text is an apk version: `digits{.digits}[letter]{_suffix[digits]}[~hash][-r digits]`, at most 256 characters. */
export function isApkVersion(text: string): text is ApkVersion {
  return text.length <= LONGEST && GRAMMAR.test(text);
}

/** Parses an apk version. Throws FND_BAD_DATA, naming `what` it was for. */
export function parseApkVersion(text: string, what = 'apk version'): ApkVersion {
  if (isApkVersion(text)) return text;
  throw new FoundryError(
    'FND_BAD_DATA',
    `${what}: ${JSON.stringify(text.slice(0, LONGEST))} is not an apk version`,
  );
}

/**
 * The order of apk versions: negative when `a` is older, positive when it is newer, 0 when neither is.
 * `_alpha < _beta < _pre < _rc < (none) < _cvs < _svn < _git < _hg < _p`; numbers of any length compare as numbers; a number after
 * a dot that begins with 0 compares as text, so `1.05` is older than `1.1` (apk-tools; apko compares those as numbers too).
 * A missing `-r` is older than `-r0`.
 */
export function compareApkVersions(a: ApkVersion, b: ApkVersion): number {
  if (a === b) return 0;
  const left = tokens(a);
  const right = tokens(b);
  const length = Math.max(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const order = compareTokens(left[at] ?? END, right[at] ?? END);
    if (order !== 0) return order;
  }
  return 0;
}

function tokens(version: ApkVersion): Token[] {
  const [, first = '', rest = '', letter = '', suffixes = '', hash, revision] = GRAMMAR.exec(version) ?? [];
  const found: Token[] = [{ rank: RANK.number, text: first, order: 'numeric' }];
  for (const number of rest.split('.').slice(1)) {
    found.push({
      rank: RANK.number,
      text: number,
      order: number.startsWith('0') ? 'leading-zero' : 'numeric',
    });
  }
  if (letter !== '') found.push({ rank: RANK.letter, text: letter, order: 'text' });
  for (const suffix of suffixes.split('_').slice(1)) {
    const name = suffix.replace(/\d+$/, '');
    const isPost = SUFFIXES.indexOf(name) >= FIRST_POST_RELEASE;
    found.push({ rank: isPost ? RANK.postRelease : RANK.preRelease, text: name, order: 'suffix' });
    const number = suffix.slice(name.length);
    if (number !== '') found.push({ rank: RANK.suffixNumber, text: number, order: 'numeric' });
  }
  if (hash !== undefined) found.push({ rank: RANK.hash, text: hash, order: 'text' });
  if (revision !== undefined) found.push({ rank: RANK.revision, text: revision, order: 'numeric' });
  return found;
}

function compareTokens(a: Token, b: Token): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (a.order === 'suffix') return SUFFIXES.indexOf(a.text) - SUFFIXES.indexOf(b.text);
  if (a.order === 'numeric' && b.order === 'numeric') return compareNumbers(a.text, b.text);
  return compareText(a.text, b.text);
}

function compareNumbers(a: string, b: string): number {
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  return left.length - right.length || compareText(left, right);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
