import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bringIndexes } from '../../../activities/ingest/package-index.ts';
import { bringPackages } from '../../../activities/ingest/packages.ts';
import { packGzipMember } from '../../../adapters/apk/gzip-members.ts';
import { renderIndex, signIndex } from '../../../adapters/apk/index-file.ts';
import { indexRecordOf, type IndexRecord } from '../../../adapters/apk/index-record.ts';
import { type PackageFile, signPackage } from '../../../adapters/apk/package-file.ts';
import { renderPackageInfo } from '../../../adapters/apk/package-info.ts';
import { addEntry, packTarFiles, type TarHeader } from '../../../adapters/apk/tar.ts';
import { sha256 } from '../../../domain/digest.ts';
import { sampleKey, samplePackage, sampleRepository } from '../../adapters/apk/sample.ts';
import { samplePins } from '../../domain/pins/sample-pins.ts';
import { type FakeRun, fakeRun, flipped } from './fake-run.ts';

const NAME = 'signing.rsa.pub';
const OS = 'https://packages.example.com/os';
const MIB = 1024 * 1024;
const { signingKey, keys } = sampleKey(NAME);
const stranger = sampleKey('stranger.rsa.pub').signingKey;

let fake: FakeRun;

beforeEach(async () => {
  fake = await fakeRun();
});
afterEach(async () => await fake.remove());

it.each<[string, string, () => Promise<Uint8Array>]>([
  ['no signature', 'FND_SIGNATURE_REFUSED', async () => await unsigned([])],
  ['a signature by an unknown key', 'FND_SIGNATURE_REFUSED', async () => await indexBy(stranger)],
  ['a changed byte', 'FND_SIGNATURE_REFUSED', async () => changedAtItsEnd(await indexBy(signingKey))],
  [
    'an end that is missing',
    'FND_SIGNATURE_REFUSED',
    async () => (await indexBy(signingKey)).subarray(0, -9),
  ],
  ['one package with two checksums', 'FND_BAD_DATA', async () => await signed(await twice())],
  ['a bomb in place of its signature', 'FND_SIGNATURE_REFUSED', async () => gzipSync(Buffer.alloc(64 * MIB))],
  ['a bomb that is signed', 'FND_BAD_DATA', async () => await signed(gzipSync(Buffer.alloc(400 * MIB)))],
])('an index with %s ends with %s, and nothing is kept', async (_, code, index) => {
  fake.web.set(`${OS}/x86_64/APKINDEX.tar.gz`, await index());

  await expect(bringIndexes(fake.run, samplePins(), keys)).rejects.toMatchObject({ code });
  expect([await fake.store.list(), fake.checks]).toEqual([[], []]);
});

it.each<[string, string, () => Promise<PackageFile>, Partial<IndexRecord>?]>([
  ['a device', 'FND_BAD_DATA', () => packageWith({ name: 'dev/mem', type: 'character-device' })],
  [
    'a path that leaves the root',
    'FND_BAD_DATA',
    () => packageWith({ name: '../etc/passwd' }, Buffer.from('x')),
  ],
  ['more than it promises', 'FND_BAD_DATA', () => packageWith({ name: 'a' }, Buffer.alloc(23))],
  ['a bomb', 'FND_BAD_DATA', () => packageOf(gzipSync(Buffer.alloc(80 * MIB)))],
  ['no data', 'FND_BAD_DATA', () => packageOf(Buffer.from('no archive'))],
  ['another size', 'FND_DIGEST_MISMATCH', () => samplePackage(), { size: 1 }],
  ['another checksum', 'FND_DIGEST_MISMATCH', () => samplePackage(), { checksum: `Q1${'A'.repeat(27)}=` }],
])('a package with %s ends with %s, and nothing is kept', async (_, code, make, said = {}) => {
  const file = await make();
  const apk = await signPackage(file, signingKey);
  const record = { ...indexRecordOf(file, apk.length), ...said };
  fake.web.set(`${OS}/x86_64/${record.name}-${record.version}.apk`, apk);

  await expect(
    bringPackages(fake.run, OS, keys, [{ record, platform: 'linux/amd64', purposes: ['build'] }]),
  ).rejects.toMatchObject({ code });
  expect([await fake.store.list(), fake.checks]).toEqual([[], []]);
});

async function indexBy(key: typeof signingKey): Promise<Uint8Array> {
  return (await sampleRepository(key)).index;
}

function changedAtItsEnd(index: Uint8Array): Uint8Array {
  return flipped(index, index.length - 20);
}

async function twice(): Promise<Uint8Array> {
  const { record } = await sampleRepository(signingKey);
  return await unsigned([record, { ...record, checksum: `Q1${'A'.repeat(27)}=` }]);
}

async function unsigned(records: readonly IndexRecord[]): Promise<Uint8Array> {
  return await renderIndex({ description: 'bad', records }, { mtime: 0 });
}

async function signed(index: Uint8Array): Promise<Uint8Array> {
  return await signIndex(index, signingKey, { mtime: 0 });
}

async function packageWith(header: TarHeader, content?: Uint8Array): Promise<PackageFile> {
  const writer = pack();
  const chunks: Uint8Array[] = [];
  const read = (async () => {
    for await (const chunk of writer) chunks.push(chunk as Uint8Array);
  })();
  await addEntry(writer, header, content);
  writer.finalize();
  await read;
  return await packageOf(gzipSync(Buffer.concat(chunks)));
}

/** A package whose control member vouches for any data. */
async function packageOf(data: Uint8Array): Promise<PackageFile> {
  const file = await samplePackage();
  const info = { ...file.info, dataHash: sha256(data) };
  const content = Buffer.from(renderPackageInfo(info));
  return {
    ...file,
    info,
    data,
    control: packGzipMember(await packTarFiles([{ name: '.PKGINFO', content }], { mtime: 0 })),
  };
}
