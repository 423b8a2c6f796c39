import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type BuildActivities, createBuildActivities } from '../../../activities/build/build-activities.ts';
import type { ImageIdentity } from '../../../activities/build/finalise-image.ts';
import { fetchImage, storeImage } from '../../../activities/artifacts/stored-image.ts';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import type { OciImage } from '../../../adapters/oci-layout/oci-image.ts';
import type { ArtifactStore } from '../../../adapters/store/artifact-store.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import { sha256 } from '../../../domain/digest.ts';
import { elfSample } from '../../adapters/elf/elf-sample.ts';
import { sampleImage, sampleLayer } from '../../adapters/oci-layout/sample-image.ts';
import { SAMPLE_VALUES } from './sample-values.ts';

const MODULE = elfSample({ needed: ['libc.so.6'] });
const GOOD = {
  'usr/lib/libcrypto.so.3': { content: elfSample({ soname: 'libcrypto.so.3' }) },
  'usr/lib/ossl-modules/fips.so': { content: MODULE },
};
const IDENTITY: ImageIdentity = {
  variant: 'distroless',
  coreVersion: '3.5.6',
  providerVersion: '3.1.2',
  certificate: 4985,
  revision: '0'.repeat(40),
  source: 'https://git.example/openssl',
  vendor: 'Example',
  epoch: 0,
};

async function withActivities(
  use: (activities: BuildActivities, store: ArtifactStore) => Promise<void>,
): Promise<void> {
  await withTemporaryDirectory(async (place) => {
    const store = openDirectoryStore(join(place, 'store'));
    const activities = createBuildActivities({
      store,
      tools: { path: (name) => `/no/such/${name}` },
      report: () => undefined,
    });
    await use(activities, store);
  });
}

const image = async (files: Parameters<typeof sampleLayer>[0]): Promise<OciImage> =>
  sampleImage([await sampleLayer(files)]);

describe('finishing an image', () => {
  test('gives another image of the same layers, the same every time', async () => {
    await withActivities(async ({ finish }, store) => {
      const stored = await storeImage(store, await image(GOOD));
      const order = { image: stored, identity: IDENTITY, provider: sha256(MODULE) };
      const [once, again] = [await finish(order), await finish(order)];
      expect(again).toEqual(once);
      if (once.verdict !== 'pass') throw new Error(once.reasons.join());
      expect(once.image.layers).toEqual(stored.layers);
      expect(once.image.config).not.toEqual(stored.config);
      expect((await fetchImage(store, once.image)).config.content.config.Healthcheck).toBeDefined();
    });
  });

  test('refuses one with a second libcrypto, with the reason', async () => {
    await withActivities(async ({ finish }, store) => {
      const planted = { ...GOOD, 'opt/libcrypto.so.3': GOOD['usr/lib/libcrypto.so.3'] };
      const outcome = await finish({
        image: await storeImage(store, await image(planted)),
        identity: IDENTITY,
        provider: sha256(MODULE),
      });
      expect(outcome).toEqual({
        verdict: 'fail',
        reasons: ['there must be one libcrypto, found usr/lib/libcrypto.so.3, opt/libcrypto.so.3'],
      });
    });
  });

  test('refuses one that does not hold what its base holds', async () => {
    await withActivities(async ({ finish }, store) => {
      const database = (name: string): string => `P:${name}\nV:1-r0\nC:Q1${'a'.repeat(27)}=\n\n`;
      const made = await image({ ...GOOD, 'usr/lib/apk/db/installed': database('glibc') });
      const base = await storeImage(store, await image({ 'usr/lib/apk/db/installed': database('bash') }));
      const order = { image: await storeImage(store, made), identity: IDENTITY, provider: sha256(MODULE) };
      expect(await finish({ ...order, base: base.layers })).toEqual({
        verdict: 'fail',
        reasons: ['bash 1-r0 of the base is not there'],
      });
    });
  });
});

describe('comparing what two builders made', () => {
  test('passes for the same image and fails for another, with what differs', async () => {
    await withActivities(async ({ compareImages }, store) => {
      const one = await storeImage(store, await image(GOOD));
      const other = await storeImage(store, await image({ ...GOOD, more: '1' }));
      expect(await compareImages(one, one, 'standard')).toEqual({ verdict: 'pass', differences: [] });
      expect(await compareImages(one, other, 'standard')).toMatchObject({
        verdict: 'fail',
        differences: expect.arrayContaining([{ where: 'standard, layer 1: more', what: 'only in b' }]),
      });
    });
  });

  test('need not read what has the same digests', async () => {
    await withActivities(async ({ compareImages, comparePackages }, store) => {
      const one = await storeImage(store, await image(GOOD));
      for (const layer of one.layers) await store.remove(layer.digest);
      const packages = [{ name: 'openssl', version: '3.5.7-r0', artifact: one.layers[0] ?? one.index }];
      expect(await compareImages(one, one, 'standard')).toMatchObject({ verdict: 'pass' });
      expect(await comparePackages(packages, packages)).toMatchObject({ verdict: 'pass' });
      await expect(comparePackages(packages, [])).rejects.toMatchObject({ code: 'FND_ARTIFACT_MISSING' });
    });
  });

  test('refuses an image whose parts do not belong together', async () => {
    await withActivities(async ({ compareImages }, store) => {
      const one = await storeImage(store, await image(GOOD));
      const other = await storeImage(store, await image({ a: '1' }));
      await expect(compareImages({ ...one, config: other.config }, one, 'standard')).rejects.toMatchObject({
        code: 'FND_DIGEST_MISMATCH',
      });
    });
  });
});

test('a build without its inputs in the store is refused before anything runs', async () => {
  await withActivities(async ({ build }) => {
    const artifact = { digest: sha256('x'), size: 1, mediaType: 'application/gzip' };
    const order = {
      builder: 'a',
      step: 'provider',
      values: SAMPLE_VALUES,
      blueprints: {},
      architecture: 'x86_64',
      packages: [],
    } as const;
    await expect(build({ ...order, archive: artifact, epoch: 0 })).rejects.toMatchObject({
      code: 'FND_ARTIFACT_MISSING',
    });
  });
});
