import { mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packTarFiles } from '../../../adapters/apk/tar.ts';
import type { Registry } from '../../../adapters/registry/registry.ts';
import { fetchDatabase, type ScannerDatabase } from '../../../adapters/trivy/database.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';

const LAYER_TYPE = 'application/vnd.aquasec.trivy.db.layer.v1.tar+gzip';
const METADATA = JSON.stringify({ Version: 2, UpdatedAt: '2026-06-10T00:00:00.123456789Z' });

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-database-'));
});
afterEach(async () => await rm(folder, { recursive: true, force: true }));

async function pack(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const entries = Object.entries(files).map(([name, text]) => ({ name, content: Buffer.from(text) }));
  return gzipSync(await packTarFiles(entries, { mtime: 0, endOfArchive: true }));
}

/** Fetches from a registry that holds this layer alone, and counts the downloads. */
async function fetchFrom(
  layer: Uint8Array,
  mediaType = LAYER_TYPE,
): Promise<ScannerDatabase & { downloads: number }> {
  let downloads = 0;
  const descriptor = { mediaType, digest: ociDigest(sha256(layer)), size: layer.length };
  const manifest = {
    schemaVersion: 2,
    config: { ...descriptor, mediaType: 'application/json' },
    layers: [descriptor],
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  const registry: Partial<Registry> = {
    host: 'registry.example.com',
    getManifest: async () => ({ digest: ociDigest(sha256(bytes)), mediaType: 'application/json', bytes }),
    getBlob: async () => {
      downloads += 1;
      return layer;
    },
  };
  const source = { registry: registry as Registry, repository: 'trivy-db', tag: '2', cache: folder };
  return { ...(await fetchDatabase(source)), downloads };
}

test('unpacks a database, and tells its digest and when it was made', async () => {
  const layer = await pack({ 'trivy.db': 'bytes', 'metadata.json': METADATA });
  const database = await fetchFrom(layer);
  expect(database).toMatchObject({
    uri: 'registry.example.com/trivy-db:2',
    sha256: sha256(layer),
    updatedAt: new Date('2026-06-10T00:00:00.123Z'),
    downloads: 1,
  });
  expect(await readFile(join(database.folder, 'trivy.db'), 'utf8')).toBe('bytes');
  expect(await fetchFrom(layer)).toMatchObject({ downloads: 0 });
});

test('is the same for all who ask at once, and never gone meanwhile', async () => {
  const layer = await pack({ 'trivy.db': 'bytes', 'metadata.json': METADATA });
  const asking = Array.from({ length: 12 }, async () => {
    const database = await fetchFrom(layer);
    return await readFile(join(database.folder, 'trivy.db'), 'utf8');
  });
  expect(new Set(await Promise.all(asking))).toEqual(new Set(['bytes']));
  expect(await readdir(folder)).toEqual([sha256(layer)]);
});

test('keeps two databases that nobody has asked for in a while, and every one that a scan may still read', async () => {
  const before = new Date(Date.now() - 7_200_000);
  const fetched = [];
  for (const content of ['one', 'two', 'three']) {
    fetched.push(await fetchFrom(await pack({ 'trivy.db': content, 'metadata.json': METADATA })));
  }
  expect(await readdir(folder)).toHaveLength(3);
  for (const database of fetched) await utimes(database.folder, before, before);
  await fetchFrom(await pack({ 'trivy.db': 'four', 'metadata.json': METADATA }));
  expect(await readdir(folder)).toHaveLength(2);
});

describe('is refused and leaves nothing:', () => {
  test.each([
    [
      'a layer of another type',
      { 'trivy.db': 'x', 'metadata.json': METADATA },
      'application/x',
      'does not have one layer',
    ],
    ['a database without metadata', { 'trivy.db': 'x' }, LAYER_TYPE, 'it has no metadata.json'],
    ['nothing but metadata', { 'metadata.json': METADATA }, LAYER_TYPE, 'it has no trivy.db'],
    [
      'one with more in it',
      { 'trivy.db': 'x', 'metadata.json': METADATA, '../x': 'x' },
      LAYER_TYPE,
      'it holds ../x',
    ],
  ])('%s', async (_name, files, mediaType, message) => {
    await expect(fetchFrom(await pack(files), mediaType)).rejects.toMatchObject({
      code: 'FND_BAD_DATA',
      message: expect.stringContaining(message),
    });
    expect(await readdir(folder)).toEqual([]);
  });
});
