import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareApkVersions,
  isApkVersion,
  parseApkVersion,
  type ApkVersion,
} from '../../../adapters/apk/version.ts';

const SUFFIXES = ['alpha', 'beta', 'pre', 'rc', 'cvs', 'svn', 'git', 'hg', 'p'];

const number = fc.stringMatching(/^(0|[1-9][0-9]{0,2}|0[0-9]{1,2})$/);
const suffix = fc
  .tuple(fc.constantFrom(...SUFFIXES), fc.option(number, { nil: '' }))
  .map(([name, digits]) => `_${name}${digits}`);
const version = fc
  .tuple(
    fc.array(number, { minLength: 1, maxLength: 4 }),
    fc.constantFrom('', '', 'a', 'z'),
    fc.array(suffix, { maxLength: 2 }),
    fc.constantFrom('', '', '~0a1b', '~ff'),
    fc.option(number, { nil: undefined }),
  )
  .map(([numbers, letter, suffixes, hash, revision]) =>
    parseApkVersion(
      `${numbers.join('.')}${letter}${suffixes.join('')}${hash}${revision === undefined ? '' : `-r${revision}`}`,
    ),
  );

function compare(a: string, b: string): number {
  return Math.sign(compareApkVersions(parseApkVersion(a), parseApkVersion(b)));
}

describe('the grammar of apk versions', () => {
  test.each([
    '1',
    '0',
    '1.2.3',
    '20230201-r20',
    '1.2a',
    '1.2_rc1',
    '1.2_p',
    '1.2_git20240101',
    '1.2_rc1_p2-r3',
    '3.5.7-r0',
    '1.0~0a1b2c-r1',
    '1.2z_alpha3~f-r00',
    '0001.02',
  ])('takes %s', (text) => {
    expect(isApkVersion(text)).toBe(true);
  });

  test.each([
    '',
    'a',
    '.1',
    '1.',
    '1..2',
    '1.2ab',
    '1.2A',
    '1.2_',
    '1.2_foo',
    '1.2-1',
    '1.2-r',
    '1.2-r1-r2',
    '1.2-r1_p1',
    '1.2~',
    '1.2~XY',
    '1.2+1',
    'v1',
    '1.2 ',
    ' 1.2',
    '1.2\n',
    '1:1.2',
    `1.${'1'.repeat(300)}`,
  ])('refuses %j', (text) => {
    expect(isApkVersion(text)).toBe(false);
    expect(() => parseApkVersion(text, 'a test')).toThrow(/^a test: .* is not an apk version$/);
  });
});

describe('the order of apk versions', () => {
  test.each([
    ['1.0_rc1', '1.0'],
    ['1.0', '1.0_p1'],
    ['1.0_alpha', '1.0_beta'],
    ['1.0_beta', '1.0_pre'],
    ['1.0_pre', '1.0_rc'],
    ['1.0_rc', '1.0_cvs'],
    ['1.0_cvs', '1.0_svn'],
    ['1.0_svn', '1.0_git'],
    ['1.0_git', '1.0_hg'],
    ['1.0_hg', '1.0_p'],
    ['1.0_rc2', '1.0_rc10'],
    ['1.0_rc', '1.0_rc1'],
    ['1.0_rc1', '1.0_rc1_p1'],
    ['1.0_p', '1.0_p0'],
    ['1.0', '1.0.0'],
    ['1.0_p9', '1.0.0'],
    ['1.0_p9', '1.0a'],
    ['1.0a', '1.0b'],
    ['1.0z', '1.0.1'],
    ['1.9', '1.10'],
    ['9', '10'],
    ['1.05', '1.1'],
    ['1.05', '1.5'],
    ['1.0', '1.00'],
    ['2024.09', '2024.10'],
    ['1.0-r2', '1.0-r10'],
    ['1.0', '1.0-r0'],
    ['1.0_rc1-r9', '1.0-r0'],
    ['1.0-r9', '1.0.1-r0'],
    ['1.0-r9', '1.0~ab-r0'],
    ['1.0~aa', '1.0~ab'],
    ['3.5.7-r0', '3.6.5-r0'],
    ['3.5.9-r0', '3.5.10-r0'],
    ['2.39.0_rc1-r0', '2.39.0-r0'],
    ['1.99999999999999999998', '1.99999999999999999999'],
    ['1.99999999999999999999', '1.100000000000000000000'],
  ])('%s is older than %s', (older, newer) => {
    expect(compare(older, newer)).toBe(-1);
    expect(compare(newer, older)).toBe(1);
  });

  test.each([
    ['1.0', '1.0'],
    ['01.0', '1.0'],
    ['1.0_rc01', '1.0_rc1'],
    ['1.0-r01', '1.0-r1'],
  ])('%s and %s are as old as each other', (a, b) => {
    expect(compare(a, b)).toBe(0);
  });

  test('is antisymmetric', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(Math.sign(compareApkVersions(a, b)) + Math.sign(compareApkVersions(b, a))).toBe(0);
      }),
    );
  });

  test('is transitive, also where versions are as old as each other', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        const [low = a, middle = b, high = c] = [a, b, c].sort(compareApkVersions);
        expect(compareApkVersions(low, middle)).toBeLessThanOrEqual(0);
        expect(compareApkVersions(middle, high)).toBeLessThanOrEqual(0);
        expect(compareApkVersions(low, high)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });

  test('a version is newer than its own pre-release and older than its own patch', () => {
    const plain = fc
      .array(number, { minLength: 1, maxLength: 4 })
      .map((numbers) => parseApkVersion(numbers.join('.')));
    fc.assert(
      fc.property(plain, fc.constantFrom('alpha', 'beta', 'pre', 'rc'), number, (base, name, digits) => {
        expect(compare(`${base}_${name}${digits}`, base)).toBe(-1);
        expect(compare(base, `${base}_p${digits}`)).toBe(-1);
        expect(compare(base, `${base}.0`)).toBe(-1);
      }),
    );
  });

  test('revisions order as numbers', () => {
    fc.assert(
      fc.property(version, fc.nat(), fc.nat(), (any, a, b) => {
        const base = any.replace(/-r\d+$/, '') as ApkVersion;
        expect(compare(`${base}-r${a}`, `${base}-r${b}`)).toBe(Math.sign(a - b));
      }),
    );
  });
});
