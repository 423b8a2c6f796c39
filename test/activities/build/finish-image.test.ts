import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type StoredImage, storeImage } from '../../../activities/artifacts/stored-image.ts';
import {
  type ConstructActivities,
  createConstructActivities,
  type FinishedImage,
} from '../../../activities/build/construct-activities.ts';
import type { StoredPackage } from '../../../activities/build/stored-artifacts.ts';
import { packageBytes, writePackage } from '../../../adapters/apk/write-package.ts';
import { openDirectoryResults } from '../../../adapters/results/result-index.ts';
import type { ArtifactStore } from '../../../adapters/store/artifact-store.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import type { Artifact } from '../../../domain/artifact.ts';
import { sha256 } from '../../../domain/digest.ts';
import { SAMPLE_INFO } from '../../adapters/apk/sample.ts';
import { elfSample } from '../../adapters/elf/elf-sample.ts';
import { sampleImage, sampleLayer } from '../../adapters/oci-layout/sample-image.ts';
import { storePlan } from '../sign/sample-release.ts';

const MODULE = elfSample({ needed: ['libc.so.6'] });
const MODULE_PATH = 'usr/lib/ossl-modules/fips.so';
const LIBCRYPTO = { content: elfSample({ soname: 'libcrypto.so.3' }) };
const GOOD = { 'usr/lib/libcrypto.so.3': LIBCRYPTO, [MODULE_PATH]: { content: MODULE } };

let folder: string;
let store: ArtifactStore;
let plan: Artifact;
let own: StoredPackage[];
/** How often an image was looked through: its index is read each time, and for nothing else. */
let looks: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-finish-image-'));
  const kept = openDirectoryStore(join(folder, 'store'));
  store = {
    ...kept,
    async openRead(digest) {
      looks.push(digest);
      return await kept.openRead(digest);
    },
  };
  plan = await storePlan(store);
  const provider = await writePackage({ ...SAMPLE_INFO, name: 'openssl-fips-provider' }, [
    { type: 'file', path: MODULE_PATH, mode: 0o755, content: MODULE },
  ]);
  const artifact = await store.put(packageBytes(provider), 'application/vnd.alpine.apk');
  own = [{ name: 'openssl-fips-provider', version: '3.1.2-r0', artifact }];
});
beforeEach(() => {
  looks = [];
});
afterAll(async () => await rm(folder, { recursive: true }));

async function composed(files: Parameters<typeof sampleLayer>[0]): Promise<StoredImage> {
  return await storeImage(store, sampleImage([await sampleLayer(files)]));
}

/** As a worker does it that has just begun. */
async function finish(
  image: StoredImage,
  { isRebuild = false, vendor = 'Example', packages = own } = {},
): Promise<FinishedImage> {
  const { finishImage }: ConstructActivities = createConstructActivities({
    store,
    results: openDirectoryResults(join(folder, 'results')),
    maker: { vendor, notice: undefined },
    tools: { path: (name) => `/no/such/${name}` },
    toolDigest: () => Promise.reject(new Error('no tool finishes an image')),
    report: () => undefined,
  });
  return await finishImage({
    plan,
    platform: 'linux/amd64',
    variant: 'distroless',
    image,
    own: packages,
    isRebuild,
  });
}

const looksAt = ({ index }: StoredImage): number => looks.filter((digest) => digest === index.digest).length;

test('an image is looked through once for equal inputs', async () => {
  const image = await composed({ ...GOOD, once: '1' });
  const first = await finish(image);
  expect(first).toMatchObject({ outcome: { verdict: 'pass' }, image: { layers: image.layers } });
  expect(await finish(image)).toEqual(first);
  expect(looksAt(image)).toBe(1);
});

test('it is looked through again by a rebuild, which finds the same', async () => {
  const image = await composed({ ...GOOD, rebuilt: '1' });
  const first = await finish(image);
  expect(await finish(image, { isRebuild: true })).toEqual(first);
  expect(looksAt(image)).toBe(2);
});

test('it is looked through again for other inputs: who makes it, what was built for it', async () => {
  const image = await composed({ ...GOOD, others: '1' });
  const first = await finish(image);
  const byOther = await finish(image, { vendor: 'Other' });
  expect(byOther.digest).not.toBe(first.digest);
  const artifact = { digest: sha256('another'), size: 7, mediaType: 'application/vnd.alpine.apk' };
  await finish(image, { packages: [...own, { name: 'libcrypto3', version: '3.5.7-r1', artifact }] });
  expect(looksAt(image)).toBe(3);
});

test('it is looked through again when the store has lost what was made of it', async () => {
  const image = await composed({ ...GOOD, lost: '1' });
  const first = await finish(image);
  await store.remove(first.image?.config.digest ?? image.config.digest);
  expect(await finish(image)).toEqual(first);
  expect(looksAt(image)).toBe(2);
});

test('one that did not pass is looked through whenever it is asked for, and never finished', async () => {
  const image = await composed({ ...GOOD, 'opt/libcrypto.so.3': LIBCRYPTO });
  for (const isRebuild of [false, false, true, false]) {
    const finished = await finish(image, { isRebuild });
    expect(finished).toMatchObject({ outcome: { verdict: 'fail' }, image: null, digest: null });
    expect(finished.outcome.failed).toMatchObject([
      { id: 'CONSTRUCT-CONTENTS', detail: expect.stringContaining('there must be one libcrypto') as string },
    ]);
  }
  expect(looksAt(image)).toBe(4);
});
