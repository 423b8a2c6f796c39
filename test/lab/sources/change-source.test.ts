import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyDetached, signDetached } from '../../../adapters/pgp/detached-signature.ts';
import { makeSigningKey } from '../../../adapters/pgp/signing-key.ts';
import { sha256 } from '../../../domain/digest.ts';
import { changeSourceBytes } from '../../../lab/sources/change-source.ts';
import { packTree } from '../../../lab/sources/pack-tree.ts';
import { publishRelease, releasePath } from '../../../lab/sources/publish-sources.ts';
import { readFromTarball } from '../../../lab/sources/read-tarball.ts';
import type { SourceRelease } from '../../../lab/sources/source-release.ts';

const WHEN = new Date('2026-06-09T00:00:00Z');

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-change-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function makeRelease(
  files: Record<string, string>,
): Promise<{ release: SourceRelease; publicKey: string }> {
  const tree = join(folder, 'tree');
  await mkdir(tree);
  for (const [name, content] of Object.entries(files)) await writeFile(join(tree, name), content);
  const data = await packTree(tree, 'openssl-3.5.7', WHEN);
  const key = await makeSigningKey('test key', WHEN);
  const [tarball, asc] = [join(folder, 'a.tar.gz'), join(folder, 'a.asc')];
  await writeFile(tarball, data);
  await writeFile(asc, await signDetached({ data, privateKey: key.privateKey, at: WHEN }));
  const release: SourceRelease = {
    version: '3.5.7',
    line: '3.5',
    tarball,
    asc,
    sha256: sha256(data),
    size: data.byteLength,
    origin: 'crate',
    originVersion: 'test',
    signerFingerprint: key.fingerprint,
    signerKeyExpired: false,
    published: '2026-06-09',
    buildable: true,
  };
  return { release, publicKey: key.publicKey };
}

test('one letter of README.md changes, everything else stays, and the signature no longer fits', async () => {
  const { release, publicKey } = await makeRelease({ 'README.md': '# Welcome\n', VERSION: 'Welcome\n' });
  const changed = await changeSourceBytes(release, join(folder, 'changed'));
  const before = gunzipSync(await readFile(release.tarball));
  const after = gunzipSync(await readFile(changed.tarball));
  const differing = [...before.entries()].filter(([at, byte]) => after[at] !== byte);
  expect(differing).toHaveLength(1);
  const files = await readFromTarball(changed.tarball, ['openssl-3.5.7/README.md', 'openssl-3.5.7/VERSION']);
  expect([...files.values()].map(String)).toEqual(['# welcome\n', 'Welcome\n']);
  const data = await readFile(changed.tarball);
  expect(changed).toEqual({
    ...release,
    tarball: changed.tarball,
    size: data.byteLength,
    sha256: sha256(data),
  });
  expect(changed.sha256).not.toBe(release.sha256);
  await expect(
    verifyDetached({
      data,
      signature: await readFile(changed.asc, 'utf8'),
      keys: publicKey,
      expectedFingerprints: [release.signerFingerprint],
      at: new Date(),
    }),
  ).rejects.toMatchObject({ code: 'FND_SIGNATURE_REFUSED' });
});

test('changing the same release twice gives the same bytes', async () => {
  const { release } = await makeRelease({ 'README.md': '# Welcome\n' });
  const first = await changeSourceBytes(release, join(folder, 'one'));
  const second = await changeSourceBytes(release, join(folder, 'two'));
  expect(second.sha256).toBe(first.sha256);
});

test('a tarball without README.md is refused and nothing is left', async () => {
  const { release } = await makeRelease({ VERSION: 'x\n' });
  await expect(changeSourceBytes(release, join(folder, 'changed'))).rejects.toMatchObject({
    code: 'FND_BAD_DATA',
  });
  expect(await readdir(join(folder, 'changed'))).toEqual([]);
});

test('publishing a changed release over a good one replaces it', async () => {
  const { release } = await makeRelease({ 'README.md': '# Welcome\n' });
  const changed = await changeSourceBytes(release, join(folder, 'changed'));
  const served = join(folder, 'public', releasePath('3.5.7'), 'openssl-3.5.7.tar.gz');
  await publishRelease(release, join(folder, 'public'));
  expect(sha256(await readFile(served))).toBe(release.sha256);
  expect(await readFile(`${served}.sha256`, 'utf8')).toBe(`${release.sha256} *openssl-3.5.7.tar.gz\n`);
  await publishRelease(changed, join(folder, 'public'));
  expect(sha256(await readFile(served))).toBe(changed.sha256);
  expect(sha256(await readFile(release.tarball))).toBe(release.sha256);
  expect(await readdir(join(folder, 'public', releasePath('3.5.7')))).toEqual([
    'openssl-3.5.7.tar.gz',
    'openssl-3.5.7.tar.gz.asc',
    'openssl-3.5.7.tar.gz.sha256',
  ]);
});

test('a broken tarball is named', async () => {
  const path = join(folder, 'broken.tar.gz');
  await writeFile(path, 'not gzip');
  await expect(readFromTarball(path, ['x'])).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
});
