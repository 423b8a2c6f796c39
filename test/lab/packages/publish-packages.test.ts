import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPublicKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openIndex, verifyIndex } from '../../../adapters/apk/index-file.ts';
import { renderIndexRecords } from '../../../adapters/apk/index-record.ts';
import { readPackageEntries } from '../../../adapters/apk/package-entries.ts';
import { verifyPackage } from '../../../adapters/apk/package-file.ts';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { signAndWrite } from '../../../lab/packages/build-packages.ts';
import { ownPackages } from '../../../lab/packages/own-packages.ts';
import { patchPackage } from '../../../lab/packages/patch-package.ts';
import { writeBadlySignedIndex, writeIndex } from '../../../lab/packages/write-index.ts';
import { sampleKey, samplePackage } from '../../adapters/apk/sample.ts';

describe('publishing packages', () => {
  const { signingKey, keys } = sampleKey('wolfi-signing.rsa.pub');

  test('an index lists what was built and verifies', async () => {
    await withTemporaryDirectory(async (folder) => {
      const built = await signAndWrite(await samplePackage(), folder, signingKey);
      const path = join(folder, 'APKINDEX.tar.gz');

      await writeIndex({ path, packages: [built], signingKey, description: 'lab' });

      const { description, records } = await verifyIndex(await readFile(path), keys, path);
      expect(description).toBe('lab');
      expect(renderIndexRecords(records)).toBe(renderIndexRecords([built.record]));
      const { checksum } = built.record;
      await expect(
        verifyPackage(await readFile(built.path), { keys, checksum }, built.path),
      ).resolves.toBeDefined();
    });
  });

  test('a patched package is the next revision with the same contents and a marker', async () => {
    await withTemporaryDirectory(async (folder) => {
      const built = await signAndWrite(await samplePackage(), folder, signingKey);
      const options = { built, folder, signingKey, note: 'fixes nothing, for show' };

      const patched = await patchPackage(options);

      expect(patched.version).toBe('1.2_rc1-r4');
      expect(patched.record.provides).toEqual(['cmd:sample=1.2_rc1-r4', 'virtual']);
      const file = await verifyPackage(await readFile(patched.path), { keys }, patched.path);
      const paths: string[] = [];
      for await (const entry of readPackageEntries(file, patched.path)) paths.push(entry.path);
      expect(paths).toContain('usr/share/foundry-lab/sample.txt');
      expect(paths).toContain('usr/bin/sample');
      expect((await patchPackage(options)).sha256).toBe(patched.sha256);
      expect((await patchPackage({ ...options, built: patched })).version).toBe('1.2_rc1-r5');
    });
  });

  test('a badly signed index can be read and is refused by its signature', async () => {
    await withTemporaryDirectory(async (folder) => {
      const built = await signAndWrite(await samplePackage(), folder, signingKey);
      const path = join(folder, 'APKINDEX.tar.gz');

      await writeBadlySignedIndex({ path, packages: [built], signingKey, description: 'lab' });

      expect((await openIndex(await readFile(path), path)).records).toHaveLength(1);
      await expect(verifyIndex(await readFile(path), keys, path)).rejects.toMatchObject({
        code: 'FND_SIGNATURE_REFUSED',
        message: expect.stringContaining('does not fit the bytes'),
      });
    });
  });

  test("the lab's own packages say that they are a lab's", async () => {
    const publicKey = createPublicKey(signingKey.key).export({ type: 'spki', format: 'pem' }).toString();

    const packages = await ownPackages({ keyName: signingKey.name, publicKey });

    for (const { info } of packages) expect(info.description).toContain('foundry lab; not from Wolfi');
    const layout = packages.find(({ info }) => info.name === 'wolfi-baselayout');
    const texts = new Map<string, string>();
    if (layout !== undefined) {
      for await (const entry of readPackageEntries(layout, 'layout')) {
        if (entry.type === 'file') texts.set(entry.path, Buffer.from(entry.content).toString());
      }
    }
    expect(texts.get('etc/os-release')).toMatch(/^ID=wolfi\n[^]*foundry lab[^]*VARIANT_ID=foundry-lab\n$/);
    expect(texts.get('etc/passwd')).toContain('nobody:x:65534:65534:');
  });
});
