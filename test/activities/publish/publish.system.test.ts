import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createPublishActivities,
  type PublishActivities,
} from '../../../activities/publish/publish-activities.ts';
import {
  createQuarantineActivities,
  type QuarantineActivities,
} from '../../../activities/publish/quarantine-activities.ts';
import { storeImage } from '../../../activities/artifacts/stored-image.ts';
import { openGithub } from '../../../adapters/github/open-github.ts';
import { pullImage } from '../../../adapters/oci-layout/pull.ts';
import { attachBundle } from '../../../adapters/sigstore/attach.ts';
import { readAttachedBundles } from '../../../adapters/sigstore/read-attached.ts';
import type { ArtifactStore } from '../../../adapters/store/artifact-store.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import { type OciDigest, ociDigest } from '../../../domain/digest.ts';
import { recordTag } from '../../../domain/pins/identity.ts';
import { VARIANTS } from '../../../domain/pins/variant.ts';
import { runTool } from '../../../adapters/process/run-tool.ts';
import { imageFor } from '../../adapters/oci-layout/platform-images.ts';
import { sampleImage, sampleLayer } from '../../adapters/oci-layout/sample-image.ts';
import { builtTool } from '../../adapters/registry/built-tool.ts';
import { type RealRegistry, startRealRegistry } from '../../adapters/registry/real-registry.ts';
import { quarantineSample, type QuarantinedSample } from './image-in-quarantine.ts';

const PUBLISHED = 'openssl-fips';
const RELEASE = { version: '3.5.7', commit: '0'.repeat(40) };

let folder: string;
let registry: RealRegistry;
let publish: PublishActivities;
let images: QuarantinedSample[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-publish-'));
  registry = await startRealRegistry(await builtTool('registry'), folder);
  publish = createPublishActivities({
    store: openDirectoryStore(join(folder, 'store')),
    registry: registry.client,
    published: PUBLISHED,
    github: openGithub({ api: 'http://127.0.0.1:9', project: 'a/b', token: undefined }),
    report: () => undefined,
  });
  images = [];
  for (const variant of VARIANTS) images.push(await quarantineSample(registry.client, variant));
});

afterAll(async () => {
  await registry.stop();
  await rm(folder, { recursive: true, force: true });
});

async function tagsOfReaders(): Promise<string[]> {
  return (await registry.client.listTags(PUBLISHED)).filter((tag) => !tag.startsWith('sha256-')).toSorted();
}

describe('a release in a real registry', () => {
  test('is there by digest, then by its tags, and its tags go back', async () => {
    const { promoted } = await publish.promoteImages({ ...RELEASE, images });
    expect(await tagsOfReaders()).toEqual([]);
    const tags = promoted.map(({ tag, digest }) => ({ tag, digest }));
    const { previous } = await publish.readTags({ tags: tags.map(({ tag }) => tag) });
    await publish.moveTags({ tags, previous });
    expect(await tagsOfReaders()).toEqual(['3.5.7', '3.5.7-dev', '3.5.7-distroless']);

    expect(await publish.restoreTags({ tags, previous })).toEqual({ left: [] });
    expect(await tagsOfReaders()).toEqual([]);
    await publish.moveTags({ tags, previous });
    for (const { digest, repository } of promoted) {
      const found = await readAttachedBundles({ registry: registry.client, repository, digest });
      expect(found.length).toBe(2);
      await pullImage(registry.client, repository, digest);
    }
  });

  test('is read by a client that is not ours', async () => {
    const crane = await builtTool('crane');
    const { stdout } = await runTool({
      tool: 'crane',
      file: crane,
      args: ['digest', '--platform', 'linux/amd64', `${registry.host}/${PUBLISHED}:3.5.7-distroless`],
    });
    expect(stdout.trim()).toBe(images[1]?.manifest);
    await runTool({
      tool: 'crane',
      file: crane,
      args: ['validate', '--remote', `${registry.host}/${PUBLISHED}:3.5.7`],
    });
  });

  test('has its record beside it and on it, and loses both again', async () => {
    const store = openDirectoryStore(join(folder, 'store'));
    const bundle = await store.put(Buffer.from('{"says":"completed"}'), 'application/json');
    const subjects = images.map(({ place }) => place.digest);
    const tag = recordTag(RELEASE);
    const order = { tags: [{ tag, digest: (await publish.storeRecord({ bundle, subjects })).digest }] };
    const { previous } = await publish.readTags({ tags: [tag] });
    await publish.moveTags({ ...order, previous });
    expect(await tagsOfReaders()).toContain(tag);
    await publish.restoreTags({ ...order, previous });
    await publish.takeRecordOff({ bundle, subjects });
    expect(await tagsOfReaders()).not.toContain(tag);
    for (const digest of subjects) {
      const found = await readAttachedBundles({ registry: registry.client, repository: PUBLISHED, digest });
      expect(found.length).toBe(2);
    }
  });
});

describe('quarantine of a real registry', () => {
  const place = { run: 'run', variant: 'standard' } as const;

  function quarantineIn(store: ArtifactStore): QuarantineActivities {
    const { client } = registry;
    return createQuarantineActivities({ store, registry: client, quarantine: 'q', published: 'images' });
  }

  async function attachTo(repository: string, digest: OciDigest): Promise<OciDigest> {
    const subject = { registry: registry.client, repository, digest };
    return await attachBundle(subject, { a: digest }, 'https://example.invalid/predicate');
  }

  test('is empty after an image with attestations was taken out', async () => {
    const store = openDirectoryStore(join(folder, 'store'));
    const quarantine = quarantineIn(store);
    const image = await storeImage(store, sampleImage([await sampleLayer({ other: '1' })]));
    const { repository, digest } = await quarantine.pushImage({ image, place });
    const carrier = await attachTo(repository, digest);
    await quarantine.removeImage({ image, place });
    expect(await registry.client.listTags(repository)).toEqual([]);
    for (const gone of [digest, carrier])
      expect(await registry.client.findManifest(repository, gone)).toBeUndefined();
  });

  test('takes images of two platforms under one index, and is empty after both were taken out', async () => {
    const store = openDirectoryStore(join(folder, 'store'));
    const quarantine = quarantineIn(store);
    const [amd64, arm64] = await Promise.all(
      ['amd64', 'arm64'].map(async (machine) => await storeImage(store, await imageFor(machine))),
    );
    if (amd64 === undefined || arm64 === undefined) throw new Error('there are two');
    const { index } = await quarantine.joinImages({
      variant: 'standard',
      images: [
        { platform: 'linux/amd64', image: amd64 },
        { platform: 'linux/arm64', image: arm64 },
      ],
    });
    const [first, second] = [
      { ...amd64, index },
      { ...arm64, index },
    ];
    const { repository, digest } = await quarantine.pushImage({ image: first, place, beside: [second] });
    for (const platform of ['linux/amd64', 'linux/arm64'])
      await pullImage(registry.client, repository, digest, platform);
    const subjects = [digest, ociDigest(amd64.manifest.digest), ociDigest(arm64.manifest.digest)];
    const carriers: OciDigest[] = [];
    for (const subject of subjects) carriers.push(await attachTo(repository, subject));
    for (const image of [first, second]) await quarantine.removeImage({ image, place });
    for (const gone of [...subjects, ...carriers])
      expect(await registry.client.findManifest(repository, gone)).toBeUndefined();
    expect(await registry.client.listTags(repository)).toEqual([]);
  });
});
