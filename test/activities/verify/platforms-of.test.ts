import { expect, test } from 'vitest';
import { platformsOf } from '../../../activities/verify/platforms-of.ts';
import type { ImageReader } from '../../../adapters/registry/image-reader.ts';
import { FoundryError } from '../../../domain/errors.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';

const DIGEST = ociDigest(sha256('the index'));

function readerOf(answer: () => unknown): ImageReader {
  return {
    host: 'registry.example',
    // Asynchronous, so that what it throws is a rejection.
    async findManifest() {
      const bytes = answer();
      return bytes === undefined
        ? undefined
        : { digest: DIGEST, mediaType: '', bytes: Buffer.from(JSON.stringify(bytes)) };
    },
  } as unknown as ImageReader;
}

async function platformsIn(answer: () => unknown): Promise<unknown> {
  return await platformsOf({ registry: readerOf(answer), repository: 'images', digest: DIGEST });
}

function indexOf(...platforms: readonly (string | undefined)[]): object {
  const manifests = platforms.map((platform, at) => {
    const [os, architecture] = platform?.split('/') ?? [];
    const which = platform === undefined ? {} : { platform: { os, architecture } };
    return { mediaType: 'x', digest: ociDigest(sha256(`${at}`)), size: 1, ...which };
  });
  return { schemaVersion: 2, manifests };
}

test('an index of several platforms is as many images to look at', async () => {
  expect(await platformsIn(() => indexOf('linux/amd64', 'linux/arm64'))).toEqual([
    'linux/amd64',
    'linux/arm64',
  ]);
});

test.each([
  ['an index of one image, whatever it is for', indexOf('linux/s390x')],
  ['an index of nothing', indexOf()],
  ['a platform that no release has', indexOf('linux/amd64', 'linux/s390x')],
  ['a platform that is named twice', indexOf('linux/amd64', 'linux/amd64')],
  ['a manifest without a platform', indexOf('linux/amd64', undefined)],
  ['what is no index', { schemaVersion: 2, layers: [] }],
  ['what is not there', undefined],
])('%s is looked at once, by no name', async (_, answer) => {
  expect(await platformsIn(() => answer)).toEqual([undefined]);
});

test('what cannot be read is left to who looks, but for a registry that gives no answer', async () => {
  const failing = (code: 'FND_DIGEST_MISMATCH' | 'FND_UNREACHABLE') => (): never => {
    throw new FoundryError(code, 'as it is');
  };
  expect(await platformsIn(failing('FND_DIGEST_MISMATCH'))).toEqual([undefined]);
  await expect(platformsIn(failing('FND_UNREACHABLE'))).rejects.toMatchObject({ code: 'FND_UNREACHABLE' });
});
