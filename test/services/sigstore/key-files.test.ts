import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureKeyFiles, type KeyFiles } from '../../../services/sigstore/key-files.ts';

let sigstore: string;
let files: KeyFiles;

beforeAll(async () => {
  sigstore = await mkdtemp(join(tmpdir(), 'foundry-keys-'));
  files = await ensureKeyFiles(sigstore, new Date());
});

afterAll(async () => {
  await rm(sigstore, { recursive: true });
});

it('are made once and then stay', async () => {
  const read = async (): Promise<string[]> =>
    await Promise.all(
      (await readdir(files.folder)).map((name) => readFile(join(files.folder, name), 'utf8')),
    );
  const before = await read();
  expect(await ensureKeyFiles(sigstore, new Date())).toEqual(files);
  expect(await read()).toEqual(before);
});

it.each(['fulcioKey', 'fulcioChain', 'rekorPublicKey', 'issuerKey'] as const)(
  'are refused by name when one is damaged: %s',
  async (name) => {
    const whole = await readFile(files[name]);
    for (const damaged of ['', whole.subarray(0, whole.length / 2)]) {
      await writeFile(files[name], damaged);
      await expect(ensureKeyFiles(sigstore, new Date())).rejects.toMatchObject({
        code: 'FND_BAD_DATA',
        message: expect.stringContaining(files[name]),
        hint: expect.stringContaining(`remove ${sigstore}`),
      });
    }
    await writeFile(files[name], whole);
  },
);
