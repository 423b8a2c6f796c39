import { describe, expect, it } from 'vitest';
import { Artifact } from '../../domain/artifact.ts';
import { sha256 } from '../../domain/digest.ts';

const GOOD = { digest: sha256('x'), size: 1, mediaType: 'text/plain' };

describe('Artifact', () => {
  it('takes a digest, a size and a media type', () => {
    expect(Artifact.parse(GOOD)).toEqual(GOOD);
  });

  it.each([
    { ...GOOD, digest: `sha256:${GOOD.digest}` },
    { ...GOOD, digest: GOOD.digest.toUpperCase() },
    { ...GOOD, size: -1 },
    { ...GOOD, size: 1.5 },
    { ...GOOD, mediaType: '' },
    { ...GOOD, path: '/somewhere' },
  ])('refuses %j', (artifact) => {
    expect(Artifact.safeParse(artifact).success).toBe(false);
  });
});
