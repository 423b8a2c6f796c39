import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { labLayout, type LabLayout } from '../../../lab/world/layout.ts';
import { ensurePublisherKeys } from '../../../lab/world/publisher-keys.ts';

let folder: string;
const layoutOf = (state: string): LabLayout =>
  labLayout({ state: join(folder, state), cache: join(folder, 'cache') });

// Keys take seconds to make: the tests go on from one set.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-keys-'));
});
afterAll(async () => await rm(folder, { recursive: true }));

it('two labs of one machine have the same publishers, whose keys nobody else can read', async () => {
  const [one, other] = await Promise.all(
    ['one', 'other'].map((state) => ensurePublisherKeys(layoutOf(state))),
  );
  expect(one?.repository.publicKey).toMatch(/^-----BEGIN PUBLIC KEY-----/);
  expect([other?.repository.publicKey, other?.release]).toEqual([one?.repository.publicKey, one?.release]);
  for (const name of ['wolfi-signing.rsa', 'openssl-lab-release.key'])
    expect((await stat(join(layoutOf('one').keys, name))).mode & 0o777).toBe(0o600);
});

it('a set of keys that lacks one is refused, and a lab that has its own goes on', async () => {
  await rm(join(folder, 'cache', 'lab', 'keys', 'openssl-lab-release.key'));
  await expect(ensurePublisherKeys(layoutOf('third'))).rejects.toMatchObject({
    code: 'FND_BAD_DATA',
    message: expect.stringContaining('openssl-lab-release.key'),
    hint: expect.stringContaining('Remove this folder'),
  });
  await expect(ensurePublisherKeys(layoutOf('one'))).resolves.toMatchObject({
    release: { fingerprint: expect.any(String) },
  });
});

it('a lab keeps its keys when the cache is removed', async () => {
  const before = await ensurePublisherKeys(layoutOf('one'));
  await rm(join(folder, 'cache'), { recursive: true });
  expect((await ensurePublisherKeys(layoutOf('one'))).release).toEqual(before.release);
  expect((await ensurePublisherKeys(layoutOf('fourth'))).release).not.toEqual(before.release);
});
