import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArtifactStore } from '../../../adapters/store/artifact-store.ts';
import { type Sha256, sha256 } from '../../../domain/digest.ts';

/** One store under test, and what happens to it behind its back. */
export interface StoreUnderTest {
  readonly store: ArtifactStore;
  /** The file in which the bytes of an entry are on the disk. */
  fileOf(digest: Sha256): string;
  /** Does what an operator does between removing a damaged entry and putting it again. */
  afterRemoval(): Promise<void>;
  close(): Promise<void>;
}

const MEDIA_TYPE = 'application/octet-stream';
const LARGE = 20 * 1024 * 1024;

/** What every store does. */
export function describeStore(place: string, open: (folder: string) => Promise<StoreUnderTest>): void {
  let folder: string;
  let tested: StoreUnderTest;
  let store: ArtifactStore;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foundry-store-'));
    tested = await open(folder);
    store = tested.store;
  });
  afterAll(async () => {
    await tested.close();
    await rm(folder, { recursive: true });
  });

  async function read(digest: Sha256): Promise<string> {
    return (await buffer(await store.openRead(digest))).toString('utf8');
  }

  describe(`a store ${place}`, () => {
    it('gives back what was put, by digest, from memory and from a file', async () => {
      const path = join(folder, 'content');
      await writeFile(path, 'from a file');

      const memory = await store.put(Buffer.from('from memory'), 'text/plain');
      const file = await store.put({ file: path }, 'text/plain');

      expect(memory).toEqual({ digest: sha256('from memory'), size: 11, mediaType: 'text/plain' });
      expect(file).toEqual({ digest: sha256('from a file'), size: 11, mediaType: 'text/plain' });
      expect([await read(memory.digest), await read(file.digest)]).toEqual(['from memory', 'from a file']);
    });

    it('holds nothing it was not given', async () => {
      const digest = sha256('never put');

      expect(await store.has(digest)).toBe(false);
      await expect(store.openRead(digest)).rejects.toMatchObject({ code: 'FND_ARTIFACT_MISSING' });
      await expect(store.fetchTo(digest, join(folder, 'never'))).rejects.toMatchObject({
        code: 'FND_ARTIFACT_MISSING',
      });
      await expect(stat(join(folder, 'never'))).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('takes the same bytes from many at once, as one entry', async () => {
      const content = Buffer.alloc(300_000, 'same');

      const puts = await Promise.all(
        Array.from({ length: 12 }, async () => await store.put(content, MEDIA_TYPE)),
      );

      expect(new Set(puts.map(({ digest }) => digest))).toEqual(new Set([sha256(content)]));
      const entries = (await store.list()).filter(({ digest }) => digest === sha256(content));
      expect(entries).toEqual([{ digest: sha256(content), size: content.length }]);
      expect(await read(sha256(content))).toBe(content.toString());
    });

    it('puts, lists and forgets the empty artifact like any other', async () => {
      const { digest, size } = await store.put(new Uint8Array(), MEDIA_TYPE);

      expect(size).toBe(0);
      expect(await read(digest)).toBe('');
      await store.remove(digest);
      expect(await store.has(digest)).toBe(false);
    });

    it('refuses a flipped byte at the end of reading, and writes no file from it', async () => {
      const { digest } = await store.put(Buffer.from('to be damaged'), MEDIA_TYPE);
      await flip(tested.fileOf(digest));

      const refusal = { code: 'FND_DIGEST_MISMATCH' };
      await expect(read(digest)).rejects.toMatchObject(refusal);
      await expect(store.fetchTo(digest, join(folder, 'damaged'))).rejects.toMatchObject(refusal);
      await expect(stat(join(folder, 'damaged'))).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('never gives a shortened entry for a whole one', async () => {
      const { digest } = await store.put(Buffer.from('to be shortened'), MEDIA_TYPE);
      await truncate(tested.fileOf(digest), 5);

      await expect(read(digest)).rejects.toMatchObject({
        code: expect.stringMatching(/^FND_(DIGEST_MISMATCH|UNREACHABLE)$/) as string,
      });
    });

    it('gives a damaged entry back whole after it was removed and put again', async () => {
      const content = Buffer.from('to be repaired');
      const { digest } = await store.put(content, MEDIA_TYPE);
      await flip(tested.fileOf(digest));

      await store.remove(digest);
      await expect(store.openRead(digest)).rejects.toMatchObject({ code: 'FND_ARTIFACT_MISSING' });
      await tested.afterRemoval();
      await store.put(content, MEDIA_TYPE);

      expect(await read(digest)).toBe('to be repaired');
    });

    it('lists every entry once, by digest', async () => {
      await store.put(Buffer.from('a'), MEDIA_TYPE);
      await store.put(Buffer.from('b'), MEDIA_TYPE);
      const digests = (await store.list()).map(({ digest }) => digest);

      expect(digests).toEqual(digests.toSorted());
      expect(digests).toEqual(expect.arrayContaining([sha256('a'), sha256('b')]));
      expect(new Set(digests).size).toBe(digests.length);
    });

    it('forgets what was removed, and removing it again is no error', async () => {
      const { digest } = await store.put(Buffer.from('to go'), MEDIA_TYPE);

      await store.remove(digest);
      await store.remove(digest);

      expect(await store.has(digest)).toBe(false);
      expect((await store.list()).some((entry) => entry.digest === digest)).toBe(false);
    });

    it('passes a file of many megabytes through', async () => {
      const path = join(folder, 'large');
      await writeFile(path, Buffer.alloc(LARGE, 'large'));

      const { digest, size } = await store.put({ file: path }, MEDIA_TYPE);
      await store.fetchTo(digest, join(folder, 'copy'));

      expect(size).toBe(LARGE);
      expect(sha256(await readFile(join(folder, 'copy')))).toBe(digest);
    });
  });
}

/** Changes one bit of a file, as a bad disk would: past its permissions. */
export async function flip(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  await rm(path);
  await writeFile(path, bytes);
}
