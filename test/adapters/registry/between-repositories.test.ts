import { afterEach, describe, expect, test } from 'vitest';
import { MEDIA_TYPES } from '../../../adapters/registry/oci-types.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';
import { type MemoryRegistry, startMemoryRegistry } from './memory-registry.ts';

const HELLO = Buffer.from('hello');
const DIGEST = ociDigest(sha256(HELLO));

let registry: MemoryRegistry;

afterEach(() => registry.close());

describe('a blob copied to another repository', () => {
  test('is taken over by the registry, and not sent', async () => {
    registry = await startMemoryRegistry();
    await registry.client.putBlob('lab/a', HELLO);
    const before = registry.seen.length;
    await registry.client.copyBlob('lab/a', 'lab/b', DIGEST);
    expect(registry.seen.slice(before).map((line) => line.split(' ')[0])).toEqual(['HEAD', 'POST', 'HEAD']);
    expect(await registry.client.getBlob('lab/b', DIGEST)).toEqual(HELLO);
  });

  test('is sent where the registry takes nothing over', async () => {
    registry = await startMemoryRegistry({ canMount: false });
    await registry.client.putBlob('lab/a', HELLO);
    await registry.client.copyBlob('lab/a', 'lab/b', DIGEST);
    expect(await registry.client.getBlob('lab/b', DIGEST)).toEqual(HELLO);
  });

  test('is not sent with other bytes than it had', async () => {
    registry = await startMemoryRegistry({ canMount: false });
    registry.repository('lab/a').blobs.set(DIGEST, Buffer.from('hellO'));
    await expect(registry.client.copyBlob('lab/a', 'lab/b', DIGEST)).rejects.toMatchObject({
      code: 'FND_DIGEST_MISMATCH',
    });
    expect(registry.repository('lab/b').blobs.size).toBe(0);
  });

  test('is looked for when the registry says that it took it over', async () => {
    registry = await startMemoryRegistry();
    registry.interfere = ({ method }) => (method === 'POST' ? 201 : undefined);
    await expect(registry.client.copyBlob('lab/a', 'lab/b', DIGEST)).rejects.toThrow(
      'says that it took the blob from lab/a, and does not have it',
    );
  });
});

describe('a blob that another repository has', () => {
  test('is mounted without a byte of it being sent', async () => {
    registry = await startMemoryRegistry();
    await registry.client.putBlob('lab/a', HELLO);
    const before = registry.seen.length;
    expect(await registry.client.mountBlob('lab/a', 'lab/b', DIGEST)).toBe(true);
    expect(registry.seen.slice(before).some((line) => /^(GET|PUT)/.test(line))).toBe(false);
    expect(await registry.client.getBlob('lab/b', DIGEST)).toEqual(HELLO);
  });

  test('is not mounted where the registry takes nothing over, and nothing is left begun', async () => {
    registry = await startMemoryRegistry({ canMount: false });
    await registry.client.putBlob('lab/a', HELLO);
    expect(await registry.client.mountBlob('lab/a', 'lab/b', DIGEST)).toBe(false);
    expect(registry.seen.at(-1)).toContain('DELETE');
    expect(registry.repository('lab/b').blobs.size).toBe(0);
  });

  test('is not there when the registry only says that it took it over, or when nobody has it', async () => {
    registry = await startMemoryRegistry();
    expect(await registry.client.mountBlob('lab/a', 'lab/b', DIGEST)).toBe(false);
    await registry.client.putBlob('lab/a', HELLO);
    registry.interfere = ({ method }) => (method === 'POST' ? 201 : undefined);
    expect(await registry.client.mountBlob('lab/a', 'lab/b', DIGEST)).toBe(false);
  });
});

describe('a tag', () => {
  test('is removed without its manifest, and it is no error when there is none', async () => {
    registry = await startMemoryRegistry();
    const digest = await registry.client.putManifest('lab/a', 'one', MEDIA_TYPES.index, HELLO);
    await registry.client.deleteTag('lab/a', 'one');
    await registry.client.deleteTag('lab/a', 'one');
    expect(await registry.client.resolveTag('lab/a', 'one')).toBeUndefined();
    expect(await registry.client.resolveTag('lab/a', digest)).toBe(digest);
    await expect(registry.client.deleteTag('lab/a', digest)).rejects.toMatchObject({ code: 'FND_BAD_INPUT' });
  });
});

describe('what refers to a manifest', () => {
  const list = (digests: readonly string[]): Buffer =>
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        manifests: digests.map((digest) => ({ mediaType: MEDIA_TYPES.manifest, digest, size: 1 })),
      }),
    );
  const tag = DIGEST.replace(':', '-');
  const other = ociDigest(sha256('other'));

  test('is what the fallback tag lists where the registry has no list', async () => {
    registry = await startMemoryRegistry();
    expect(await registry.client.listReferrers('lab/a', DIGEST)).toEqual([]);
    await registry.client.putManifest('lab/a', tag, MEDIA_TYPES.index, list([other]));
    expect((await registry.client.listReferrers('lab/a', DIGEST)).map(({ digest }) => digest)).toEqual([
      other,
    ]);
  });

  test('is what either list names, once', async () => {
    registry = await startMemoryRegistry({ hasReferrers: true });
    const subject = { mediaType: MEDIA_TYPES.index, digest: DIGEST, size: 5 };
    const bytes = Buffer.from(JSON.stringify({ subject }));
    const referrer = await registry.client.putManifest(
      'lab/a',
      ociDigest(sha256(bytes)),
      MEDIA_TYPES.manifest,
      bytes,
    );
    await registry.client.putManifest('lab/a', tag, MEDIA_TYPES.index, list([other, referrer]));
    const found = await registry.client.listReferrers('lab/a', DIGEST);
    expect(found.map(({ digest }) => digest).toSorted()).toEqual([other, referrer].toSorted());
  });

  test('is not taken from what is no list', async () => {
    registry = await startMemoryRegistry();
    await registry.client.putManifest('lab/a', tag, MEDIA_TYPES.index, HELLO);
    await expect(registry.client.listReferrers('lab/a', DIGEST)).rejects.toMatchObject({
      code: 'FND_BAD_DATA',
    });
  });
});
