import { createPublicKey } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { verifyIndex } from '../../../adapters/apk/index-file.ts';
import { controlChecksum, signPackage, verifyPackage } from '../../../adapters/apk/package-file.ts';
import { resolveDirectories } from '../../../adapters/directories/directories.ts';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { runTool } from '../../../adapters/process/run-tool.ts';
import { openToolchain, type Toolchain } from '../../../adapters/toolchain/toolchain.ts';
import { packageBytes } from '../../../adapters/apk/write-package.ts';
import { sampleKey, samplePackage, sampleRepository } from './sample.ts';

const { signingKey, keys } = sampleKey('reference.rsa.pub');
const PACKAGE = 'sample-1.2_rc1-r3.apk';

describe('melange and apko agree with us', () => {
  let tools: Toolchain;

  beforeAll(async () => {
    tools = await openToolchain(resolveDirectories(process.env), process.env);
  });

  test('an index by melange verifies and says what ours says', async () => {
    await withTemporaryDirectory(async (folder) => {
      const { apk, record } = await sampleRepository(signingKey);
      await writeFile(join(folder, PACKAGE), apk);
      await writePrivateKey(folder);
      await runTool({
        tool: 'melange',
        file: tools.path('melange'),
        args: [
          'index',
          '--arch',
          'x86_64',
          '--signing-key',
          'reference.rsa',
          '-o',
          'APKINDEX.tar.gz',
          PACKAGE,
        ],
        cwd: folder,
      });

      const { records } = await verifyIndex(await readFile(join(folder, 'APKINDEX.tar.gz')), keys, 'melange');

      const { replaces: _, installIf: __, ...shared } = record;
      expect(JSON.parse(JSON.stringify(records[0]))).toMatchObject(shared);
    });
  });

  test('a package signed by melange verifies, and its signed bytes are ours', async () => {
    await withTemporaryDirectory(async (folder) => {
      const file = await samplePackage();
      await writeFile(join(folder, PACKAGE), packageBytes(file));
      await writePrivateKey(folder);
      await runTool({
        tool: 'melange',
        file: tools.path('melange'),
        args: ['sign', '--signing-key', 'reference.rsa', PACKAGE],
        cwd: folder,
      });

      const checksum = controlChecksum(file.control);
      const theirs = await verifyPackage(
        await readFile(join(folder, PACKAGE)),
        { keys, checksum },
        'melange',
      );

      const ours = await verifyPackage(await signPackage(file, signingKey), { keys, checksum }, 'ours');
      expect(theirs.signatures).toEqual(ours.signatures);
    });
  });

  test('apko takes an index and a package of ours, and refuses a changed index', async () => {
    await withTemporaryDirectory(async (folder) => {
      const { apk, index } = await sampleRepository(signingKey, { depends: [], installIf: [] });
      await mkdir(join(folder, 'x86_64'));
      await writeFile(join(folder, 'x86_64', PACKAGE), apk);
      await writeFile(join(folder, 'x86_64', 'APKINDEX.tar.gz'), index);
      await writeFile(join(folder, 'reference.rsa.pub'), publicPem());
      await writeFile(join(folder, 'image.yaml'), imageOf(folder));
      const lock = async (): Promise<string> => {
        await runTool({ tool: 'apko', file: tools.path('apko'), args: ['lock', 'image.yaml'], cwd: folder });
        return await readFile(join(folder, 'image.lock.json'), 'utf8');
      };

      expect(JSON.parse(await lock())).toMatchObject({
        contents: {
          packages: [{ name: 'sample', version: '1.2_rc1-r3', checksum: expect.stringMatching(/^Q1/) }],
        },
      });

      const changed = Buffer.from(index);
      changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
      await writeFile(join(folder, 'changed'), changed);
      await rename(join(folder, 'changed'), join(folder, 'x86_64', 'APKINDEX.tar.gz'));
      await expect(lock()).rejects.toMatchObject({
        code: 'FND_TOOL_FAILED',
        message: expect.stringMatching(/verif|signature/i),
      });
    });
  });
});

async function writePrivateKey(folder: string): Promise<void> {
  await writeFile(join(folder, 'reference.rsa'), signingKey.key.export({ type: 'pkcs1', format: 'pem' }), {
    mode: 0o600,
  });
}

function publicPem(): string {
  return createPublicKey(signingKey.key).export({ type: 'spki', format: 'pem' }).toString();
}

function imageOf(folder: string): string {
  return JSON.stringify({
    contents: {
      repositories: [folder],
      keyring: [join(folder, 'reference.rsa.pub')],
      packages: ['sample'],
    },
    archs: ['x86_64'],
  });
}
