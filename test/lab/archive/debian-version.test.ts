import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareDebianVersions, upstreamVersion } from '../../../lab/archive/debian-version.ts';

describe('Debian version order', () => {
  test.each([
    ['1.0~rc1-1', '1.0-1'],
    ['1.0-1', '1.0-1+b1'],
    ['1.9', '1.10'],
    ['2.0', '1:1.0'],
    ['3.5.6-1~deb13u2', '3.5.6-1'],
    ['1.0', '1.0a'],
    ['1.0a', '1.0+'],
    ['6.5', '6.5+20250216'],
  ])('%s is older than %s', (older, newer) => {
    expect(compareDebianVersions(older, newer)).toBeLessThan(0);
    expect(compareDebianVersions(newer, older)).toBeGreaterThan(0);
  });

  test('is a total order', () => {
    const version = fc.stringMatching(/^([0-9]:)?[0-9][0-9a-c.+~]{0,6}(-[0-9~+]{1,3})?$/);
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        const ab = Math.sign(compareDebianVersions(a, b));
        expect(Math.sign(compareDebianVersions(b, a))).toBe(ab === 0 ? 0 : -ab);
        const [low = a, middle = b, high = c] = [a, b, c].sort(compareDebianVersions);
        expect(compareDebianVersions(low, middle)).toBeLessThanOrEqual(0);
        expect(compareDebianVersions(middle, high)).toBeLessThanOrEqual(0);
        expect(compareDebianVersions(low, high)).toBeLessThanOrEqual(0);
      }),
    );
  });

  test.each([
    ['1:3.7-2', '3.7'],
    ['5.2.37-2+b10', '5.2.37'],
    ['1.2-3-4', '1.2-3'],
    ['7', '7'],
  ])('the upstream part of %s is %s', (version, upstream) => {
    expect(upstreamVersion(version)).toBe(upstream);
  });
});
