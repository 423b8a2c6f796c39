import { describe, expect, it } from 'vitest';
import { hexOf, ociDigest, parseOciDigest, parseSha256, sha256 } from '../../domain/digest.ts';

// FIPS 180-2, appendix B.1: the SHA-256 of "abc".
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

describe('digests', () => {
  it('computes the published known answer', () => {
    expect(sha256('abc')).toBe(ABC);
    expect(sha256(new TextEncoder().encode('abc'))).toBe(ABC);
  });

  it('goes from hex to the OCI form and back', () => {
    const digest = ociDigest(parseSha256(ABC, 'test'));

    expect(parseOciDigest(digest, 'test')).toBe(digest);
    expect(hexOf(digest)).toBe(ABC);
  });

  it.each(['', ABC.slice(1), `${ABC}0`, ABC.toUpperCase(), `sha256:${ABC}`])(
    'refuses %j as hex and names what it was for',
    (text) => {
      expect(() => parseSha256(text, 'the core tarball')).toThrow(/the core tarball: expected a SHA-256/);
    },
  );

  it.each([ABC, `sha512:${ABC}`, `sha256:${ABC.slice(2)}`])('refuses %j as an OCI digest', (text) => {
    expect(() => parseOciDigest(text, 'the base image')).toThrow(
      expect.objectContaining({ code: 'FND_BAD_DATA' }),
    );
  });
});
