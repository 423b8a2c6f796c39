import { X509Certificate } from 'node:crypto';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { ensureKeyFiles } from '../../../services/sigstore/key-files.ts';
import { ed25519LogId, writeTrustFiles } from '../../../services/sigstore/trust-files.ts';

const URLS = {
  oidc: 'http://127.0.0.1:1',
  fulcio: 'http://127.0.0.1:2',
  rekor: 'http://127.0.0.1:3',
  timestampAuthority: 'http://127.0.0.1:4',
};

it('makes the keys once, for their owner alone, and the same trust files from them each time', async () => {
  await withTemporaryDirectory(async (folder) => {
    const keys = await ensureKeyFiles(folder, new Date('2026-11-22T00:00:00Z'));
    const files = await writeTrustFiles(folder, keys, URLS);
    const first = await Promise.all(Object.values(files).map((path) => readFile(path, 'utf8')));

    const again = await ensureKeyFiles(folder, new Date('2027-01-01T00:00:00Z'));
    await writeTrustFiles(folder, again, URLS);

    expect(await Promise.all(Object.values(files).map((path) => readFile(path, 'utf8')))).toEqual(first);
    for (const name of await readdir(keys.folder)) {
      expect((await stat(join(keys.folder, name))).mode & 0o777).toBe(0o600);
    }
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

it('makes certificates that sigstore clients take', async () => {
  await withTemporaryDirectory(async (folder) => {
    const keys = await ensureKeyFiles(folder, new Date('2026-11-22T00:00:00Z'));
    const fulcio = new X509Certificate(await readFile(keys.fulcioChain, 'utf8'));
    const pem = await readFile(keys.timestampChain, 'utf8');
    const [leaf, intermediate, root] = pem
      .split(/(?<=-----END CERTIFICATE-----\n)/)
      .map((block) => new X509Certificate(block));

    expect(fulcio.ca && fulcio.verify(fulcio.publicKey)).toBe(true);
    expect(fulcio.subject.match(/^O=/gm)).toHaveLength(1);
    expect(leaf?.ca).toBe(false);
    expect(leaf?.keyUsage).toEqual(['1.3.6.1.5.5.7.3.8']);
    expect(intermediate !== undefined && leaf?.verify(intermediate.publicKey)).toBe(true);
    expect(root !== undefined && intermediate?.verify(root.publicKey)).toBe(true);
  });
});

it('names a log by its origin and key together', () => {
  const pem =
    '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA5HnqZdKI/A0R4l39yXbxTwcti9GCnjW9dE11GmdPUUY=\n-----END PUBLIC KEY-----\n';
  expect(ed25519LogId('a', pem)).not.toEqual(ed25519LogId('b', pem));
  expect(ed25519LogId('a', pem)).toHaveLength(32);
});
