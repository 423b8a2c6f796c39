import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ImageFacts } from '../../../activities/selftest/check-definition.ts';
import {
  filled,
  fitsLine,
  reasonsAgainstCommand,
  reasonsAgainstText,
} from '../../../activities/selftest/evaluate.ts';

const FACTS: ImageFacts = {
  coreVersion: '3.5.6',
  providerVersion: '3.1.2',
  provider: 'a'.repeat(64),
  moduleMac: 'AA:BB',
};
const FINE = { exitCode: 0, stdout: 'one\ntwo\n', stderr: '' };

describe('a command', () => {
  const probe = { exit: 0, stdout: { all: ['one', /t.o/] } };

  test('passes when exit code and every line are as expected', () => {
    expect(reasonsAgainstCommand(probe, FINE, FACTS)).toEqual([]);
  });

  test.each([
    ['another exit code', { ...FINE, exitCode: 1 }],
    ['a missing line', { ...FINE, stdout: 'one\n' }],
    ['a line too many', { ...FINE, stdout: 'one\ntwo\nthree\n' }],
    ['lines in another order', { ...FINE, stdout: 'two\none\n' }],
    ['no output at all', { ...FINE, stdout: '' }],
    ['output of which nothing was said', { ...FINE, stderr: 'warning\n' }],
  ])('fails for %s', (_what, result) => {
    expect(reasonsAgainstCommand(probe, result, FACTS)).toHaveLength(1);
  });

  test('says what came out and what should have', () => {
    const [reason] = reasonsAgainstCommand(probe, { ...FINE, stdout: 'one\nthree\n' }, FACTS);
    expect(reason).toBe('line 2 of standard output is "three", expected /t.o/; it is \none\nthree');
  });

  test('may end with one of several codes', () => {
    expect(reasonsAgainstCommand({ ...probe, exit: [135, 0] }, FINE, FACTS)).toEqual([]);
  });
});

describe('lines among others', () => {
  const expected = { some: ['  version: {providerVersion}'], none: [/ {2}default/] };

  test('are found anywhere, filled with what is expected of the image', () => {
    expect(reasonsAgainstText('it', expected, 'x\n  version: 3.1.2\ny', FACTS)).toEqual([]);
  });

  test('are missed, and those that must not be there are named', () => {
    expect(reasonsAgainstText('it', expected, '  version: 3.1.20\n  default\n', FACTS)).toEqual([
      'it has no line "  version: 3.1.2"; it is \n  version: 3.1.20\n  default',
      'it has the line "  default", which must not be there',
    ]);
  });
});

test('a pattern stands for the whole line, whatever is around it', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      fc.pre(before + after !== '' && !`${before}${after}`.includes('\n'));
      expect(fitsLine(/a|b/, `${before}a${after}`, FACTS)).toBe(false);
      expect(fitsLine('a', `${before}a${after}`, FACTS)).toBe(false);
    }),
  );
});

test('a name in braces that nobody knows is an error, not an expectation', () => {
  expect(filled('{coreVersion} {provider}', FACTS)).toBe(`3.5.6 ${'a'.repeat(64)}`);
  expect(() => filled('{version}', FACTS)).toThrow('a check names {version}, which nobody knows');
});
