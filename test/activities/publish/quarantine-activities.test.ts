import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type StoredImage, storeImage } from '../../../activities/artifacts/stored-image.ts';
import {
  createQuarantineActivities,
  type QuarantineActivities,
} from '../../../activities/publish/quarantine-activities.ts';
import type { OciImage } from '../../../adapters/oci-layout/oci-image.ts';
import { attachBundle } from '../../../adapters/sigstore/attach.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import { imageFor } from '../../adapters/oci-layout/platform-images.ts';
import { sampleImage, sampleLayer } from '../../adapters/oci-layout/sample-image.ts';
import { type MemoryRegistry, startMemoryRegistry } from '../../adapters/registry/memory-registry.ts';

const PLACE = { run: '0a1b2c3d', variant: 'distroless' } as const;
const REPOSITORY = 'quarantine/q/0a1b2c3d/distroless';

let folder: string;
let registry: MemoryRegistry;
let quarantine: QuarantineActivities;
let made: OciImage;
let image: StoredImage;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-quarantine-'));
  registry = await startMemoryRegistry();
  const store = openDirectoryStore(folder);
  quarantine = createQuarantineActivities({
    store,
    registry: registry.client,
    quarantine: 'quarantine/q',
    published: 'images',
  });
  made = sampleImage([await sampleLayer({ a: '1' })]);
  image = await storeImage(store, made);
});

afterEach(async () => {
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

async function attach(text: string): Promise<void> {
  for (const { descriptor } of [made.index, made.manifest]) {
    const at = { registry: registry.client, repository: REPOSITORY, digest: descriptor.digest };
    await attachBundle(at, { text }, 'https://example.invalid/predicate');
  }
}

function left(): number {
  const { manifests, tags } = registry.repository(REPOSITORY);
  return manifests.size + tags.size;
}

test('an image is pushed by digest, blobs before the manifest, the index last', async () => {
  expect(await quarantine.pushImage({ image, place: PLACE })).toEqual({
    registry: registry.host,
    repository: REPOSITORY,
    digest: made.index.descriptor.digest,
  });
  const manifests = registry.seen.filter((line) => line.includes('/manifests/'));
  expect(manifests).toEqual([
    `PUT /v2/${REPOSITORY}/manifests/${made.manifest.descriptor.digest}`,
    `PUT /v2/${REPOSITORY}/manifests/${made.index.descriptor.digest}`,
  ]);
  expect(registry.seen.slice(-2)).toEqual(manifests);
});

test('layers that readers have already are not sent again', async () => {
  for (const layer of made.layers) await registry.client.putBlob('images', layer);
  const before = registry.seen.length;
  await quarantine.pushImage({ image, place: PLACE });
  const sent = registry.seen.slice(before).filter((line) => /^PUT .*\/blobs\//.test(line));
  expect(sent).toHaveLength(1);
  const [layer] = made.layers;
  expect(registry.repository(REPOSITORY).blobs.get(ociDigest(sha256(layer ?? '')))).toEqual(
    Buffer.from(layer ?? ''),
  );
});

test('an image whose manifest names other layers than are stored is not pushed', async () => {
  const other = await storeImage(openDirectoryStore(folder), sampleImage([await sampleLayer({ b: '2' })]));
  await expect(
    quarantine.pushImage({ image: { ...image, layers: other.layers }, place: PLACE }),
  ).rejects.toMatchObject({ code: 'FND_DIGEST_MISMATCH' });
  expect(registry.repository(REPOSITORY).blobs.size).toBe(0);
});

describe('images of two platforms', () => {
  async function storedFor(architecture: string): Promise<StoredImage> {
    return await storeImage(openDirectoryStore(folder), await imageFor(architecture));
  }

  test('are joined in one index, pushed under it, and taken out again, each with what was attached to it', async () => {
    const [amd64, arm64] = [await storedFor('amd64'), await storedFor('arm64')];
    const order = {
      variant: PLACE.variant,
      images: [
        { platform: 'linux/arm64', image: arm64 },
        { platform: 'linux/amd64', image: amd64 },
      ],
    } as const;
    const { index } = await quarantine.joinImages(order);
    const [first, second] = [
      { ...arm64, index },
      { ...amd64, index },
    ];
    const { digest } = await quarantine.pushImage({ image: first, place: PLACE, beside: [second] });
    expect(digest).toBe(ociDigest(index.digest));
    const manifests = registry.seen.filter((line) => line.includes('/manifests/'));
    expect(manifests).toEqual(
      [arm64.manifest, amd64.manifest, index].map(
        (one) => `PUT /v2/${REPOSITORY}/manifests/${ociDigest(one.digest)}`,
      ),
    );
    for (const one of [index, amd64.manifest, arm64.manifest]) {
      const at = { registry: registry.client, repository: REPOSITORY, digest: ociDigest(one.digest) };
      await attachBundle(at, { text: one.digest }, 'https://example.invalid/predicate');
    }
    await quarantine.removeImage({ image: first, place: PLACE });
    await quarantine.removeImage({ image: second, place: PLACE });
    const { manifests: kept, tags } = registry.repository(REPOSITORY);
    expect(tags.size).toBe(0);
    expect([...kept.values()].filter(({ bytes }) => bytes.includes('layers'))).toEqual([]);
  });

  test('are refused when one is not for the platform that it is to be joined as', async () => {
    const joined = quarantine.joinImages({
      variant: PLACE.variant,
      images: [
        { platform: 'linux/amd64', image: await storedFor('amd64') },
        { platform: 'linux/arm64', image: await storedFor('riscv64') },
      ],
    });
    await expect(joined).rejects.toMatchObject({
      code: 'FND_BAD_DATA',
      message: 'distroless for linux/arm64 says that it is for linux/riscv64',
    });
  });

  test('are refused when they are not under one index, and nothing is pushed', async () => {
    const other = await storedFor('arm64');
    await expect(quarantine.pushImage({ image, place: PLACE, beside: [other] })).rejects.toMatchObject({
      code: 'FND_BAD_INPUT',
    });
    expect(registry.repository(REPOSITORY).blobs.size).toBe(0);
  });
});

describe('an image is taken out of quarantine', () => {
  test('with all that was attached to it, by us or by others', async () => {
    await quarantine.pushImage({ image, place: PLACE });
    await attach('ours');
    const { manifests } = registry.repository(REPOSITORY);
    const before = new Set(manifests.keys());
    await attach('theirs');
    await quarantine.removeImage({ image, place: PLACE });
    expect(registry.repository(REPOSITORY).tags.size).toBe(0);
    // What a registry keeps of a list that was replaced leads to nothing any more.
    expect([...manifests.values()].filter(({ bytes }) => bytes.includes('subject'))).toEqual([]);
    for (const { descriptor } of [made.index, made.manifest]) {
      expect(before.has(descriptor.digest)).toBe(true);
      expect(manifests.has(descriptor.digest)).toBe(false);
    }
  });

  test('when it was never there, and twice', async () => {
    await quarantine.removeImage({ image, place: PLACE });
    await quarantine.pushImage({ image, place: PLACE });
    await quarantine.removeImage({ image, place: PLACE });
    await quarantine.removeImage({ image, place: PLACE });
    expect(left()).toBe(0);
  });

  test('whole, however often the removal was killed on the way', async () => {
    for (let allowed = 0, isKilled = true; isKilled; allowed += 1) {
      await quarantine.pushImage({ image, place: PLACE });
      await attach('ours');
      let more = allowed;
      registry.interfere = ({ method }) => (method === 'DELETE' && more-- <= 0 ? 500 : undefined);
      isKilled = await quarantine.removeImage({ image, place: PLACE }).then(
        () => false,
        () => true,
      );
      registry.interfere = () => undefined;
      await quarantine.removeImage({ image, place: PLACE });
      expect(registry.repository(REPOSITORY).tags.size).toBe(0);
      expect(
        [...registry.repository(REPOSITORY).manifests.values()].filter(({ bytes }) =>
          bytes.includes('layers'),
        ),
      ).toEqual([]);
    }
  });

  test('and it is said when the registry keeps it', async () => {
    await quarantine.pushImage({ image, place: PLACE });
    registry.interfere = ({ method }) => (method === 'DELETE' ? 202 : undefined);
    await expect(quarantine.removeImage({ image, place: PLACE })).rejects.toMatchObject({
      code: 'FND_UNREACHABLE',
      message: expect.stringContaining(`still has ${made.index.descriptor.digest}`),
    });
  });
});
