import { expect, test } from 'vitest';
import { joinIndexes, ownIndex } from '../../../adapters/oci-layout/join.ts';
import { MEDIA_TYPES } from '../../../adapters/registry/oci-types.ts';
import { imageFor, joinedImages } from './platform-images.ts';
import { imageWith } from './sample-image.ts';

const LABELS = { 'org.opencontainers.image.version': '3.5.7' };
const amd64 = imageWith(await imageFor('amd64'), { annotations: LABELS });
const arm64 = imageWith(await imageFor('arm64'), { annotations: LABELS });

test('the index of one image is the one that it has, byte for byte', () => {
  expect(joinIndexes([amd64], 'one')).toBe(amd64.index);
});

test('an index over two images leads to the manifest of each, sorted by platform, and says what both said', () => {
  const index = joinIndexes([arm64, amd64], 'two');
  expect(index.content).toEqual({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.index,
    manifests: [
      { ...amd64.manifest.descriptor, platform: { architecture: 'amd64', os: 'linux' } },
      { ...arm64.manifest.descriptor, platform: { architecture: 'arm64', os: 'linux' } },
    ],
    annotations: LABELS,
  });
  expect(JSON.parse(Buffer.from(index.bytes).toString('utf8'))).toEqual(index.content);
});

test('the same images give the same bytes, in whatever order they come', () => {
  const [one, other] = [joinIndexes([amd64, arm64], 'a'), joinIndexes([arm64, amd64], 'b')];
  expect(Buffer.from(one.bytes)).toEqual(Buffer.from(other.bytes));
  expect(one.descriptor).toEqual(other.descriptor);
});

test('what an index has for one platform is the index that was joined, byte for byte', () => {
  for (const [at, joined] of joinedImages(amd64, arm64).entries()) {
    const before = [amd64, arm64][at];
    expect(Buffer.from(ownIndex(joined).bytes)).toEqual(Buffer.from(before?.index.bytes ?? ''));
  }
  expect(ownIndex(amd64)).toBe(amd64.index);
});

test('an index that names a platform twice, or not this image, is left as it is', () => {
  const twice = imageWith(amd64, {
    index: { manifests: [...amd64.index.content.manifests, ...amd64.index.content.manifests] },
  });
  expect(ownIndex(twice)).toBe(twice.index);
  const [first] = joinedImages(arm64, imageWith(amd64, { document: { author: 'somebody else' } }));
  const strange = { ...amd64, index: first?.index ?? amd64.index };
  expect(ownIndex(strange)).toBe(strange.index);
});

test.each([
  ['no image', [], 'there is no image to join'],
  ['two images for one platform', [amd64, await imageFor('amd64', 'other')], 'two images for linux/amd64'],
  [
    'an image whose configuration names another platform',
    [amd64, imageWith(arm64, { index: { manifests: amd64.index.content.manifests } })],
    'an index names linux/amd64 for a manifest whose configuration says linux/arm64',
  ],
  [
    'an image whose index names no platform',
    [amd64, imageWith(arm64, { index: { manifests: [arm64.manifest.descriptor] } })],
    'an index names no platform for a manifest',
  ],
  [
    'an image whose index is over several already',
    [
      amd64,
      imageWith(arm64, {
        index: { manifests: joinedImages(amd64, arm64)[0]?.index.content.manifests ?? [] },
      }),
    ],
    'expected one image, found 2',
  ],
  [
    'images that say different things',
    [amd64, imageWith(arm64, { annotations: { 'org.opencontainers.image.version': '3.5.8' } })],
    'the index for linux/arm64 says something else than the one for linux/amd64',
  ],
])('%s cannot be joined', (_, images, reason) => {
  expect(() => joinIndexes(images, 'the sample')).toThrow(
    expect.objectContaining({ code: 'FND_BAD_DATA', message: expect.stringContaining(reason) }),
  );
});
