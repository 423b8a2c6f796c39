import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import { sha256, type Sha256 } from '../../../domain/digest.ts';
import { describeStore, flip } from './store-contract.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-directory-store-'));
});
afterAll(async () => await rm(folder, { recursive: true }));

function fileIn(root: string, digest: Sha256): string {
  return join(root, 'sha256', digest.slice(0, 2), digest);
}

describeStore('in a folder', async (place) => {
  const root = join(place, 'store');
  return Promise.resolve({
    store: openDirectoryStore(root),
    fileOf: (digest) => fileIn(root, digest),
    afterRemoval: () => Promise.resolve(),
    close: () => Promise.resolve(),
  });
});

it('keeps entries read-only and leaves nothing aside', async () => {
  const store = openDirectoryStore(folder);
  const { digest } = await store.put(Buffer.from('x'), 'text/plain');
  await store.put(Buffer.from('x'), 'text/plain');

  expect((await stat(fileIn(folder, digest))).mode & 0o777).toBe(0o444);
  expect(await readdir(join(folder, 'incoming'))).toEqual([]);
});

it('writes nothing when the bytes are there', async () => {
  const root = join(folder, 'of-its-own');
  const store = openDirectoryStore(root);
  const { digest } = await store.put(Buffer.from('hello'), 'text/plain');
  const before = await stat(fileIn(root, digest));
  await rm(join(root, 'incoming'), { recursive: true });

  expect((await store.put(Buffer.from('hello'), 'text/plain')).digest).toBe(digest);
  expect(await readdir(root)).toEqual(['sha256']);
  expect((await stat(fileIn(root, digest))).ino).toBe(before.ino);
});

it('repairs a damaged entry when the same bytes are put again', async () => {
  const store = openDirectoryStore(folder);
  const { digest } = await store.put(Buffer.from('good'), 'text/plain');
  await flip(fileIn(folder, digest));
  await expect(buffer(await store.openRead(digest))).rejects.toMatchObject({
    code: 'FND_DIGEST_MISMATCH',
    message: expect.stringContaining(`expected ${digest}, found `) as string,
    hint: 'Put the same bytes again: that replaces the entry.',
  });

  await store.put(Buffer.from('good'), 'text/plain');

  expect((await buffer(await store.openRead(digest))).toString()).toBe('good');
});

it('leaves nothing aside when the source cannot be read', async () => {
  const store = openDirectoryStore(folder);

  await expect(store.put({ file: join(folder, 'no-such') }, 'text/plain')).rejects.toThrow('ENOENT');

  expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  expect(await store.has(sha256(''))).toBe(false);
});

it('is empty before anything was put', async () => {
  expect(await openDirectoryStore(join(folder, 'fresh')).list()).toEqual([]);
});
