import { expect, test, vi } from 'vitest';
import { type ImageReader, readingOnce } from '../../../adapters/registry/image-reader.ts';
import { FoundryError } from '../../../domain/errors.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';

const [A, B] = [ociDigest(sha256('a')), ociDigest(sha256('b'))];

function reading(getBlob: ImageReader['getBlob']): ImageReader {
  const nothing = () => Promise.reject(new Error('not asked for'));
  return readingOnce({
    host: 'registry.example',
    getBlob,
    findManifest: nothing,
    getManifest: nothing,
    listReferrers: nothing,
  });
}

test('a blob is read once for its digest in one look, also when two ask at the same time', async () => {
  const getBlob = vi.fn((_repository: string, digest: string) => Promise.resolve(Buffer.from(digest)));
  const reader = reading(getBlob);
  const [first, second] = await Promise.all([reader.getBlob('fips', A), reader.getBlob('fips', A)]);
  expect(second).toBe(first);
  expect(await reader.getBlob('fips', A)).toBe(first);
  expect(await reader.getBlob('fips', B)).toEqual(Buffer.from(B));
  expect(getBlob.mock.calls).toEqual([
    ['fips', A],
    ['fips', B],
  ]);
});

test('the same digest of another repository is read there, where it may not be', async () => {
  const getBlob = vi.fn(() => Promise.resolve(Buffer.from('a')));
  const reader = reading(getBlob);
  await reader.getBlob('fips', A);
  await reader.getBlob('quarantine', A);
  expect(getBlob).toHaveBeenCalledTimes(2);
});

test('a read that failed is not kept: the next one asks again', async () => {
  const failure = new FoundryError('FND_UNREACHABLE', 'the registry gives no answer');
  const getBlob = vi.fn(() => Promise.resolve(Buffer.from('a'))).mockRejectedValueOnce(failure);
  const reader = reading(getBlob);
  await expect(reader.getBlob('fips', A)).rejects.toBe(failure);
  expect(await reader.getBlob('fips', A)).toEqual(Buffer.from('a'));
  expect(await reader.getBlob('fips', A)).toEqual(Buffer.from('a'));
  expect(getBlob).toHaveBeenCalledTimes(2);
});

test('another look reads anew, and manifests are asked for each time: a tag may have moved', async () => {
  const manifest = { bytes: Buffer.from('{}'), digest: A, mediaType: 'application/json' };
  const registry = {
    host: 'registry.example',
    getBlob: vi.fn(() => Promise.resolve(Buffer.from('a'))),
    findManifest: vi.fn(() => Promise.resolve(manifest)),
    getManifest: vi.fn(() => Promise.resolve(manifest)),
    listReferrers: vi.fn(() => Promise.resolve([])),
  };
  for (const reader of [readingOnce(registry), readingOnce(registry)]) {
    await reader.getBlob('fips', A);
    await reader.findManifest('fips', '3.5.7');
    await reader.findManifest('fips', '3.5.7');
    await reader.listReferrers('fips', A);
    await reader.listReferrers('fips', A);
    await reader.getManifest('fips', '3.5.7');
    await reader.getManifest('fips', '3.5.7');
  }
  expect(registry.getBlob).toHaveBeenCalledTimes(2);
  expect(registry.findManifest).toHaveBeenCalledTimes(4);
  expect(registry.getManifest).toHaveBeenCalledTimes(4);
  expect(registry.listReferrers).toHaveBeenCalledTimes(4);
});
