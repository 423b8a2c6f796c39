import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createPackageActivities,
  type PackageActivities,
} from '../../../activities/publish/package-activities.ts';
import { signRepository } from '../../../activities/sign/sign-packages.ts';
import type { SignedRepository } from '../../../activities/artifacts/signed-repository.ts';
import { verifyIndex } from '../../../adapters/apk/index-file.ts';
import { parsePublicKey } from '../../../adapters/apk/keys.ts';
import { controlChecksum, verifyPackage } from '../../../adapters/apk/package-file.ts';
import { parseApkVersion } from '../../../adapters/apk/version.ts';
import { packageBytes } from '../../../adapters/apk/write-package.ts';
import { ImageManifest } from '../../../adapters/registry/oci-types.ts';
import type { ArtifactStore } from '../../../adapters/store/artifact-store.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import { sampleKey, samplePackage } from '../../adapters/apk/sample.ts';
import { type MemoryRegistry, startMemoryRegistry } from '../../adapters/registry/memory-registry.ts';

const KEY = sampleKey('ours.rsa.pub');
const FIRST = { version: '3.5.7', commit: 'a'.repeat(40) };
const SECOND = { version: '3.5.7', commit: 'b'.repeat(40) };
const NAMES = { first: `3.5.7-${'a'.repeat(12)}`, second: `3.5.7-${'b'.repeat(12)}` };

let folder: string;
let registry: MemoryRegistry;
let store: ArtifactStore;
let packages: PackageActivities;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-packages-'));
  registry = await startMemoryRegistry();
  store = openDirectoryStore(join(folder, 'store'));
  packages = createPackageActivities({
    store,
    registry: registry.client,
    published: 'openssl-fips',
    folder: join(folder, 'apk'),
    report: () => undefined,
  });
});

afterEach(async () => {
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

async function signed(name = 'libcrypto3', revision = 0): Promise<SignedRepository> {
  const version = `3.5.7-r${revision}`;
  const file = await samplePackage({ name, version: parseApkVersion(version) });
  const artifact = await store.put(packageBytes(file), 'application/vnd.alpine.apk');
  const getKey = async (): Promise<typeof KEY.signingKey> => KEY.signingKey;
  return await signRepository({ store, getKey }, 'linux/amd64', [{ name, version, artifact }], 'samples');
}

async function stage(identity: typeof FIRST, revision = 0): ReturnType<PackageActivities['stagePackages']> {
  return await packages.stagePackages({ ...identity, repositories: [await signed('libcrypto3', revision)] });
}

describe('packages that are signed', () => {
  test('verify from the index down, and are the same bytes again', async () => {
    const { name } = await stage(FIRST);
    const at = join(folder, 'apk', 'releases', name);
    const keys = new Map([
      ['ours.rsa.pub', parsePublicKey('ours.rsa.pub', await readFile(join(at, 'ours.rsa.pub'), 'utf8'))],
    ]);
    const { records } = await verifyIndex(
      await readFile(join(at, 'x86_64', 'APKINDEX.tar.gz')),
      keys,
      'index',
    );
    const apk = await readFile(join(at, 'x86_64', 'libcrypto3-3.5.7-r0.apk'));
    expect(records.map(({ checksum, size }) => [checksum, size])).toEqual([
      [
        controlChecksum(
          (await samplePackage({ name: 'libcrypto3', version: parseApkVersion('3.5.7-r0') })).control,
        ),
        apk.length,
      ],
    ]);
    await verifyPackage(apk, { keys, checksum: records[0]?.checksum ?? '' }, 'package');
    expect(await signed()).toEqual(await signed());
  });

  test.each([
    ['is none of ours', 'curl', {}],
    ['says that it is another', 'openssl', { name: 'libssl3' }],
    ['is for another machine', 'openssl', { name: 'openssl', arch: 'aarch64' }],
  ])('are no package that %s', async (_, name, differences) => {
    const version = '3.5.7-r0';
    const file = await samplePackage({ name, version: parseApkVersion(version), ...differences });
    const artifact = await store.put(packageBytes(file), 'application/vnd.alpine.apk');
    const getKey = async (): Promise<typeof KEY.signingKey> => KEY.signingKey;
    await expect(
      signRepository({ store, getKey }, 'linux/amd64', [{ name, version, artifact }], 'samples'),
    ).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
  });
});

describe('a package repository', () => {
  test('is in the registry file by file under the paths of the static one, without a tag', async () => {
    const { digest, name, tag } = await stage(FIRST);
    expect(tag).toBe(`packages-${name}`);
    expect(registry.repository('openssl-fips').tags.size).toBe(0);
    const { bytes } = await registry.client.getManifest('openssl-fips', digest);
    const { layers } = ImageManifest.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    const titles = layers.map(({ annotations }) => annotations?.['org.opencontainers.image.title'] ?? '');
    expect(titles).toEqual(['ours.rsa.pub', 'x86_64/APKINDEX.tar.gz', 'x86_64/libcrypto3-3.5.7-r0.apk']);
    for (const [position, layer] of layers.entries()) {
      const file = await readFile(join(folder, 'apk', 'releases', name, titles[position] ?? ''));
      expect(file).toEqual(Buffer.from(await registry.client.getBlob('openssl-fips', layer.digest)));
    }
    expect((await stage(FIRST)).digest).toBe(digest);
  });

  test('may be served by anybody, whoever the worker is', async () => {
    const before = process.umask(0o077);
    try {
      const { name } = await stage(FIRST);
      for (const at of ['.', 'x86_64'])
        expect((await stat(join(folder, 'apk', 'releases', name, at))).mode & 0o777).toBe(0o755);
    } finally {
      process.umask(before);
    }
  });

  test('leads nowhere until its version is switched to it, and back', async () => {
    await stage(FIRST);
    expect(await packages.readPackages(FIRST)).toEqual({ previous: null });
    await packages.switchPackages({ ...FIRST, previous: null });
    await packages.switchPackages({ ...FIRST, previous: null });
    const key = join(folder, 'apk', '3.5.7', 'ours.rsa.pub');
    expect(await readFile(key, 'utf8')).toContain('PUBLIC KEY');

    await stage(SECOND, 1);
    const { previous } = await packages.readPackages(SECOND);
    expect(previous).toBe(NAMES.first);
    await packages.switchPackages({ ...SECOND, previous });
    expect(await readdir(join(folder, 'apk', '3.5.7', 'x86_64'))).toContain('libcrypto3-3.5.7-r1.apk');
    await packages.restorePackages({ ...SECOND, previous });
    await packages.restorePackages({ ...SECOND, previous });
    expect(await packages.readPackages(SECOND)).toEqual({ previous: NAMES.first });
    await packages.restorePackages({ ...FIRST, previous: null });
    expect(await packages.readPackages(FIRST)).toEqual({ previous: null });
    expect((await readdir(join(folder, 'apk'))).toSorted()).toEqual(['releases']);
  });

  test('does not take the place of one that somebody else put there, nor takes theirs back', async () => {
    await stage(FIRST);
    await stage(SECOND);
    await packages.switchPackages({ ...SECOND, previous: null });
    await expect(packages.switchPackages({ ...FIRST, previous: null })).rejects.toMatchObject({
      code: 'FND_TAG_MOVED',
    });
    await packages.restorePackages({ ...FIRST, previous: null });
    expect(await packages.readPackages(FIRST)).toEqual({ previous: NAMES.second });
  });

  test('is not made of nothing, nor with two keys', async () => {
    const one = await signed();
    const other = { ...one, key: one.index };
    for (const repositories of [[], [one, other]])
      await expect(packages.stagePackages({ ...FIRST, repositories })).rejects.toMatchObject({
        code: 'FND_BAD_INPUT',
      });
  });

  test('is in no folder that the identity of a release cannot name', async () => {
    await expect(packages.readPackages({ ...FIRST, version: '..' })).rejects.toMatchObject({
      code: 'FND_BAD_INPUT',
    });
  });
});
