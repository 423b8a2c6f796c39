import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createPublishActivities,
  type PublishActivities,
} from '../../../activities/publish/publish-activities.ts';
import { openGithub } from '../../../adapters/github/open-github.ts';
import { readAttachedBundles } from '../../../adapters/sigstore/read-attached.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';
import { VARIANTS } from '../../../domain/pins/variant.ts';
import { type MemoryRegistry, startMemoryRegistry } from '../../adapters/registry/memory-registry.ts';
import { quarantineJoined, quarantineSample, type QuarantinedSample } from './image-in-quarantine.ts';

const PUBLISHED = 'openssl-fips';
const RELEASE = { version: '3.5.7', commit: '0'.repeat(40) };

let registry: MemoryRegistry;
let publish: PublishActivities;

async function start(abilities: Parameters<typeof startMemoryRegistry>[0] = {}): Promise<void> {
  registry = await startMemoryRegistry(abilities);
  publish = createPublishActivities({
    store: openDirectoryStore('/nowhere'),
    registry: registry.client,
    published: PUBLISHED,
    github: openGithub({ api: `http://${registry.host}`, project: 'a/b', token: undefined }),
    report: () => undefined,
  });
}

async function promote(
  ...images: readonly QuarantinedSample[]
): ReturnType<PublishActivities['promoteImages']> {
  return await publish.promoteImages({ ...RELEASE, images });
}

async function bundlesOn(digest: QuarantinedSample['manifest']): Promise<string[]> {
  const found = await readAttachedBundles({ registry: registry.client, repository: PUBLISHED, digest });
  return found.map((one) => one.digest);
}

afterEach(() => registry.close());

describe.each([
  ['takes blobs over', {}],
  ['does not take blobs over', { canMount: false }],
  ['lists referrers itself', { hasReferrers: true }],
])('in a registry that %s', (_, abilities) => {
  beforeEach(() => start(abilities));

  test('images are there by digest with all that was attached to them, and no tag of them', async () => {
    const images = [];
    for (const variant of VARIANTS) images.push(await quarantineSample(registry.client, variant));
    const { promoted } = await promote(...images);
    expect(promoted.map(({ tag, digest }) => [tag, digest])).toEqual([
      ['3.5.7', images[0]?.place.digest],
      ['3.5.7-distroless', images[1]?.place.digest],
      ['3.5.7-dev', images[2]?.place.digest],
    ]);
    for (const { place, manifest, attestations } of images) {
      const expected = attestations.map(({ bundle }) => bundle).toSorted();
      for (const subject of [place.digest, manifest])
        expect((await bundlesOn(subject)).toSorted()).toEqual(expected);
    }
    const { blobs, tags } = registry.repository(PUBLISHED);
    for (const [digest, bytes] of blobs) expect(ociDigest(sha256(bytes))).toBe(digest);
    expect([...tags.keys()].every((tag) => tag.startsWith('sha256-'))).toBe(true);
  });

  test('a second time changes nothing', async () => {
    const image = await quarantineSample(registry.client, 'standard');
    await promote(image);
    const { tags, manifests } = registry.repository(PUBLISHED);
    const before = [new Map(tags), [...manifests.keys()]];
    await promote(image);
    expect([new Map(tags), [...manifests.keys()]]).toEqual(before);
  });
});

describe('images of two platforms under one index', () => {
  beforeEach(() => start());

  test('are there under one tag, the index with the evidence of both, each manifest with its own', async () => {
    const [amd64, arm64] = await quarantineJoined(registry.client, 'standard');
    const { promoted } = await promote(arm64, amd64);
    expect(promoted.map(({ platform, tag, digest }) => [platform, tag, digest])).toEqual([
      ['linux/arm64', '3.5.7', amd64.place.digest],
      ['linux/amd64', '3.5.7', amd64.place.digest],
    ]);
    const bundlesOf = (...images: readonly QuarantinedSample[]): string[] =>
      images.flatMap(({ attestations }) => attestations.map(({ bundle }) => bundle)).toSorted();
    expect((await bundlesOn(amd64.place.digest)).toSorted()).toEqual(bundlesOf(amd64, arm64));
    expect((await bundlesOn(amd64.manifest)).toSorted()).toEqual(bundlesOf(amd64));
    expect((await bundlesOn(arm64.manifest)).toSorted()).toEqual(bundlesOf(arm64));
  });

  test('are refused when one of them was not proven, or is not there', async () => {
    const [amd64, arm64] = await quarantineJoined(registry.client, 'standard');
    await expect(promote(amd64)).rejects.toMatchObject({
      code: 'FND_EVIDENCE_MISSING',
      message: expect.stringContaining(`leads to ${arm64.manifest} for linux/arm64`),
    });
    await expect(promote(amd64, { ...arm64, attestations: [] })).rejects.toMatchObject({
      code: 'FND_EVIDENCE_MISSING',
    });
    const alone = await quarantineSample(registry.client, 'distroless');
    await expect(promote(alone, { ...alone, platform: 'linux/arm64' })).rejects.toThrow(
      'leads to no image for linux/arm64',
    );
    expect(registry.repository(PUBLISHED).tags.size).toBe(0);
  });
});

describe('a promotion', () => {
  beforeEach(() => start());

  test('ends whole however often it was killed on the way', async () => {
    const image = await quarantineSample(registry.client, 'standard');
    let kills = 0;
    let left = 0;
    registry.interfere = ({ method }) =>
      method !== 'HEAD' && method !== 'GET' && left-- <= 0 ? 500 : undefined;
    for (let allowed = 0; ; allowed += 1) {
      left = allowed;
      const killed = await promote(image).then(
        () => false,
        () => true,
      );
      if (!killed) break;
      kills += 1;
    }
    registry.interfere = () => undefined;
    expect(kills).toBeGreaterThan(3);
    expect((await bundlesOn(image.place.digest)).length).toBe(2);
    expect((await bundlesOn(image.manifest)).length).toBe(2);
  });

  test('leaves behind what nobody verified', async () => {
    const image = await quarantineSample(registry.client, 'standard');
    const [first] = image.attestations;
    await promote({ ...image, attestations: first === undefined ? [] : [first] });
    expect(await bundlesOn(image.place.digest)).toEqual([first?.bundle]);
  });

  test('keeps what is attached to the same image already', async () => {
    const image = await quarantineSample(registry.client, 'standard');
    const [first, second] = image.attestations;
    if (first === undefined || second === undefined) throw new Error('two are attached');
    await promote({ ...image, attestations: [first] });
    await promote({ ...image, attestations: [second] });
    expect(await bundlesOn(image.place.digest)).toEqual([first.bundle, second.bundle]);
  });

  test('refuses when quarantine does not hold an attestation', async () => {
    const image = await quarantineSample(registry.client, 'standard');
    const missing = { predicateType: 'https://example.invalid/third', suite: null, bundle: sha256('third') };
    await expect(promote({ ...image, attestations: [...image.attestations, missing] })).rejects.toMatchObject(
      {
        code: 'FND_EVIDENCE_MISSING',
        message: expect.stringContaining('does not have https://example.invalid/third'),
      },
    );
  });

  test('refuses when the registry loses an attestation of the copy again and again', async () => {
    const image = await quarantineSample(registry.client, 'standard');
    registry.interfere = ({ method, path }) =>
      method === 'PUT' && path.startsWith(`${PUBLISHED}/manifests/sha256-`) ? 201 : undefined;
    await expect(promote(image)).rejects.toMatchObject({
      code: 'FND_EVIDENCE_MISSING',
      message: expect.stringContaining(
        `${PUBLISHED}@${image.place.digest}: the registry does not have sha256:`,
      ),
    });
  });

  test('writes its line again when another writer took it out of the list', async () => {
    const image = await quarantineSample(registry.client, 'standard');
    let losses = 2;
    registry.interfere = ({ method, path }) =>
      method === 'PUT' && path.startsWith(`${PUBLISHED}/manifests/sha256-`) && losses-- > 0 ? 201 : undefined;
    await promote(image);
    expect((await bundlesOn(image.place.digest)).length).toBe(2);
  });

  test('refuses a copy that has other bytes', async () => {
    const image = await quarantineSample(registry.client, 'standard');
    registry.interfere = ({ method, path }) => {
      const { blobs } = registry.repository(PUBLISHED);
      if (method === 'GET' && path.startsWith(`${PUBLISHED}/blobs/`))
        for (const digest of blobs.keys()) blobs.set(digest, Buffer.from('other bytes'));
      return undefined;
    };
    await expect(promote(image)).rejects.toMatchObject({
      code: 'FND_DIGEST_MISMATCH',
      message: expect.stringContaining('the copy has other bytes'),
    });
  });

  test('refuses no image at all, and one that nothing was attached to', async () => {
    await expect(promote()).rejects.toMatchObject({ code: 'FND_BAD_INPUT' });
    const image = await quarantineSample(registry.client, 'standard');
    await expect(promote({ ...image, attestations: [] })).rejects.toMatchObject({
      code: 'FND_EVIDENCE_MISSING',
    });
    expect(registry.repository(PUBLISHED).manifests.size).toBe(0);
  });

  test('refuses two images of one variant that are not under one index: its tag leads to one', async () => {
    const image = await quarantineSample(registry.client, 'standard');
    const before = registry.seen.length;
    const digest = ociDigest(sha256('another'));
    const other = { ...image, platform: 'linux/arm64', place: { ...image.place, digest } } as const;
    await expect(promote(image, other)).rejects.toThrow('standard was made for linux/amd64 and linux/arm64');
    await expect(promote(image, image)).rejects.toThrow('published for linux/amd64 and linux/amd64');
    expect(registry.seen.length).toBe(before);
  });

  test('refuses an image that is in another registry', async () => {
    const image = await quarantineSample(registry.client, 'standard');
    await expect(
      promote({ ...image, place: { ...image.place, registry: 'registry.example' } }),
    ).rejects.toMatchObject({ code: 'FND_BAD_INPUT' });
  });
});
