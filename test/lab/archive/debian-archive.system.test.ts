import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { resolveDirectories } from '../../../adapters/directories/directories.ts';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { sha256 } from '../../../domain/digest.ts';
import { renderSourceList } from '../../../lab/archive/apt-configuration.ts';
import { readHostMirror } from '../../../lab/archive/apt-sources.ts';
import { openDebianArchive, type DebianArchive } from '../../../lab/archive/debian-archive.ts';

const cacheDir = join(resolveDirectories(process.env).cache, 'lab', 'archive');

describe('the Debian archive', () => {
  let archive: DebianArchive;

  beforeAll(async () => {
    archive = await openDebianArchive({ cacheDir, report: () => undefined });
  });

  test('gives packages whose bytes have the digest of the signed index', async () => {
    const [fetched] = await archive.fetchBinaries(['libcrypt1'], { suite: 'stable' });

    expect(fetched?.version).toBe(await archive.binaryVersion('libcrypt1', 'stable'));
    expect(sha256(await readFile(fetched?.path ?? ''))).toBe(fetched?.sha256);
  });

  test('gives a source package with the upstream signature', async () => {
    const versions = await archive.sourceVersions('openssl');
    const lts = versions.find((version) => version.startsWith('3.5.')) ?? '';

    const files = await readdir(await archive.fetchSource('openssl', lts));

    expect(files.some((name) => /^openssl_3\.5\.\d+\.orig\.tar\.gz$/.test(name))).toBe(true);
    expect(files.some((name) => /^openssl_3\.5\.\d+\.orig\.tar\.gz\.asc$/.test(name))).toBe(true);
  });

  test('names what the archive does not have', async () => {
    await expect(archive.binaryVersion('no-such-package', 'stable')).rejects.toMatchObject({
      code: 'FND_ARCHIVE_UNREACHABLE',
      message: expect.stringContaining('no-such-package'),
    });
    await expect(archive.binaryVersion('bad name; rm', 'stable')).rejects.toMatchObject({
      code: 'FND_BAD_INPUT',
    });
  });

  test('without an answer and without a cache it ends in one clear message and leaves nothing behind', async () => {
    await withTemporaryDirectory(async (folder) => {
      const aptFolder = join(folder, 'etc');
      await mkdir(aptFolder);
      await writeFile(join(aptFolder, 'sources.list'), 'deb http://127.0.0.1:9/debian stable main\n');

      const opening = openDebianArchive({
        cacheDir: join(folder, 'cache'),
        report: () => undefined,
        aptFolder,
      });

      await expect(opening).rejects.toMatchObject({
        code: 'FND_ARCHIVE_UNREACHABLE',
        hint: expect.stringContaining('apt-get update'),
      });
      expect(await readdir(join(folder, 'cache'))).toEqual([]);
    });
  });

  test('without an answer it uses indexes of the days before, and says so', async () => {
    await withTemporaryDirectory(async (folder) => {
      await writeFile(join(folder, 'sources.list'), 'deb http://127.0.0.1:9/debian stable main\n');
      const updated = join(folder, 'cache', 'apt', 'updated');
      await mkdir(dirname(updated), { recursive: true });
      await writeFile(updated, renderSourceList(await readHostMirror(folder)));
      const threeDaysAgo = Date.now() / 1000 - 3 * 86_400;
      await utimes(updated, threeDaysAgo, threeDaysAgo);
      const said: string[] = [];

      await openDebianArchive({
        cacheDir: join(folder, 'cache'),
        report: (message) => said.push(message),
        aptFolder: folder,
      });

      expect(said.at(-1)).toBe('the Debian archive gave no answer; using its indexes of 3 days ago');
    });
  });
});
