import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parsePublicKey } from '../../../adapters/apk/keys.ts';
import { openSigningKeyFile, publicKeyPem } from '../../../adapters/apk/signing-key-file.ts';
import { sampleKey } from './sample.ts';

const NAME = 'repository.rsa.pub';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-key-'));
  path = join(folder, 'keys', 'apk.rsa');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function keep(mode: number): Promise<string> {
  const pem = sampleKey(NAME).signingKey.key.export({ type: 'pkcs1', format: 'pem' }).toString();
  path = join(folder, 'apk.rsa');
  await writeFile(path, pem);
  await chmod(path, mode);
  return pem;
}

describe('a signing key in a file', () => {
  test('is made by whoever comes first, for its owner alone, and is the same for all', async () => {
    const [one, two] = await Promise.all([
      openSigningKeyFile(path, NAME, 2048),
      openSigningKeyFile(path, NAME, 3072),
    ]);
    expect(publicKeyPem(one)).toBe(publicKeyPem(two));
    expect(publicKeyPem(await openSigningKeyFile(path, NAME))).toBe(publicKeyPem(one));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'keys'))).toEqual(['apk.rsa']);
    expect(parsePublicKey(NAME, publicKeyPem(one)).type).toBe('public');
  });

  test('is read where it is there', async () => {
    const pem = await keep(0o600);
    await openSigningKeyFile(path, NAME);
    expect(await readFile(path, 'utf8')).toBe(pem);
  });

  test.each([0o640, 0o604])('is refused when others may read it (%o)', async (mode) => {
    await keep(mode);
    await expect(openSigningKeyFile(path, NAME)).rejects.toMatchObject({ code: 'FND_PERMISSION' });
  });

  test('is refused when it is none', async () => {
    await keep(0o600);
    await writeFile(path, 'no key');
    await expect(openSigningKeyFile(path, NAME)).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
  });
});
