import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EMPTY_CONFIG, ImageManifest, MEDIA_TYPES } from '../../../adapters/registry/oci-types.ts';
import { type RealRegistry, startRealRegistry } from './real-registry.ts';
import { builtTool } from './built-tool.ts';

let folder: string;
let registry: RealRegistry;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-registry-'));
  registry = await startRealRegistry(await builtTool('registry'), folder);
});

afterAll(async () => {
  await registry.stop();
  await rm(folder, { recursive: true, force: true });
});

async function pushArtifact(repository: string, tag: string, content: string): Promise<string> {
  const { client } = registry;
  const bytes = Buffer.from(content);
  const config = await client.putBlob(repository, EMPTY_CONFIG);
  const layer = await client.putBlob(repository, bytes);
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    artifactType: 'application/vnd.example',
    config: { mediaType: MEDIA_TYPES.empty, digest: config, size: EMPTY_CONFIG.byteLength },
    layers: [{ mediaType: 'text/plain', digest: layer, size: bytes.byteLength }],
  };
  const text = Buffer.from(JSON.stringify(manifest));
  return client.putManifest(repository, tag, MEDIA_TYPES.manifest, text);
}

test('an artifact that was pushed comes back byte for byte, by tag and by digest', async () => {
  const digest = await pushArtifact('lab/round-trip', 'one', 'content');
  const byTag = await registry.client.getManifest('lab/round-trip', 'one');
  expect(byTag).toEqual(await registry.client.getManifest('lab/round-trip', digest));
  expect(byTag.digest).toBe(digest);
  expect(await registry.client.resolveTag('lab/round-trip', 'one')).toBe(digest);
  const manifest = ImageManifest.parse(JSON.parse(Buffer.from(byTag.bytes).toString('utf8')));
  const layer = manifest.layers[0];
  expect(
    layer === undefined
      ? ''
      : Buffer.from(await registry.client.getBlob('lab/round-trip', layer.digest)).toString(),
  ).toBe('content');
});

test('a blob of many megabytes survives', async () => {
  const bytes = Buffer.alloc(32 * 1024 * 1024, 'x');
  const digest = await registry.client.putBlob('lab/large', bytes);
  expect(await registry.client.hasBlob('lab/large', digest)).toBe(true);
  expect(bytes.equals(await registry.client.getBlob('lab/large', digest))).toBe(true);
});

test('all tags are listed, and none for a repository that does not exist', async () => {
  for (const tag of ['c', 'a', 'b']) await pushArtifact('lab/tags', tag, tag);
  expect((await registry.client.listTags('lab/tags')).sort()).toEqual(['a', 'b', 'c']);
  expect(await registry.client.listTags('lab/no-such')).toEqual([]);
});

test('a deleted manifest is gone, and deleting again is no error', async () => {
  const digest = await pushArtifact('lab/delete', 'one', 'content');
  const parsed = await registry.client.resolveTag('lab/delete', digest);
  expect(parsed).toBe(digest);
  if (parsed !== undefined) await registry.client.deleteManifest('lab/delete', parsed);
  expect(await registry.client.findManifest('lab/delete', digest)).toBeUndefined();
  if (parsed !== undefined) await registry.client.deleteManifest('lab/delete', parsed);
});

test('a blob goes to another repository without being sent', async () => {
  const { client } = registry;
  const digest = await client.putBlob('lab/from', Buffer.from('a blob'));
  await client.copyBlob('lab/from', 'lab/to', digest);
  expect(Buffer.from(await client.getBlob('lab/to', digest)).toString()).toBe('a blob');
});

test('a tag goes and its manifest stays, under its digest and its other tags', async () => {
  const { client } = registry;
  const digest = await pushArtifact('lab/untag', 'one', 'content');
  await pushArtifact('lab/untag', 'two', 'content');
  await client.deleteTag('lab/untag', 'one');
  await client.deleteTag('lab/untag', 'one');
  expect(await client.listTags('lab/untag')).toEqual(['two']);
  expect(await client.resolveTag('lab/untag', digest)).toBe(digest);
});
