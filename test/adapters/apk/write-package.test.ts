import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readPackageEntries } from '../../../adapters/apk/package-entries.ts';
import { openPackage } from '../../../adapters/apk/package-file.ts';
import { parsePackageInfo, renderPackageInfo } from '../../../adapters/apk/package-info.ts';
import { packageBytes, writePackage, type PackageEntry } from '../../../adapters/apk/write-package.ts';
import { SAMPLE_ENTRIES, SAMPLE_INFO, samplePackage } from './sample.ts';

const GOLDEN = join(import.meta.dirname, '..', '..', 'golden', 'apk', 'PKGINFO');

describe('writing a package', () => {
  test('the order in which entries are given does not change the bytes', async () => {
    const one = packageBytes(await writePackage(SAMPLE_INFO, SAMPLE_ENTRIES));
    const two = packageBytes(await writePackage(SAMPLE_INFO, SAMPLE_ENTRIES.toReversed()));

    expect(Buffer.compare(one, two)).toBe(0);
  });

  test('entries are sorted, folders come first, hard links last', async () => {
    const entries: PackageEntry[] = [];
    for await (const entry of readPackageEntries(await samplePackage(), 'sample')) entries.push(entry);

    expect(entries.map((entry) => `${entry.type} ${entry.path}`)).toEqual([
      'directory usr',
      'directory usr/bin',
      'symlink usr/bin/alias',
      'file usr/bin/sample',
      'directory var',
      'directory var/empty',
      'hardlink usr/bin/another',
    ]);
    expect(entries.find((entry) => entry.path === 'usr/bin/sample')).toEqual(SAMPLE_ENTRIES[1]);
  });

  test('the control member has no end of archive and the data member has one', async () => {
    const file = await samplePackage();

    expect(gunzipSync(file.control).length).toBe(1024);
    expect(
      gunzipSync(file.data)
        .subarray(-1024)
        .every((byte) => byte === 0),
    ).toBe(true);
  });

  test('an entry larger than any buffer of the streams is written whole', async () => {
    const content = Buffer.alloc(3_000_000, 'x');
    const file = await writePackage(SAMPLE_INFO, [{ type: 'file', path: 'big', mode: 0o644, content }]);

    for await (const entry of readPackageEntries(file, 'sample')) {
      expect(entry.type === 'file' && Buffer.compare(entry.content, content) === 0).toBe(true);
    }
  });

  test.each([['../x'], ['/x'], ['a//b'], ['a/./b'], [''], ['a\0b']])('refuses the path %j', async (path) => {
    const entry: PackageEntry = { type: 'file', path, mode: 0o644, content: Buffer.from('') };

    await expect(writePackage(SAMPLE_INFO, [entry])).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
  });

  test('refuses a path that comes twice', async () => {
    const entry: PackageEntry = { type: 'file', path: 'a', mode: 0o644, content: Buffer.from('') };

    await expect(writePackage(SAMPLE_INFO, [entry, entry])).rejects.toMatchObject({
      message: 'package sample holds a twice',
    });
  });
});

describe('.PKGINFO', () => {
  test('renders to the bytes that clients read', async () => {
    const info = { ...SAMPLE_INFO, installedSize: 22, dataHash: undefined };

    expect(renderPackageInfo(info)).toBe(await readFile(GOLDEN, 'utf8'));
    expect(parsePackageInfo(await readFile(GOLDEN, 'utf8'), 'sample')).toEqual(info);
  });

  test('refuses to render a value of two lines', () => {
    const info = { ...SAMPLE_INFO, installedSize: 0, dataHash: undefined, description: 'a\npkgname = b' };

    expect(() => renderPackageInfo(info)).toThrow('package sample: pkgdesc has more than one line');
  });

  test.each([
    ['a line without a key', 'nonsense', 'has the line "nonsense"'],
    ['no name', 'pkgver = 1', '"" is not a package name'],
    ['no version', 'pkgname = a', '"" is not an apk version'],
    ['a bad datahash', 'pkgname = a\npkgver = 1\ndatahash = 12', 'expected a SHA-256'],
  ])('with %s is refused', (_, text, message) => {
    expect(() => parsePackageInfo(text, 'sample')).toThrow(message);
  });

  test('must be the first thing in a control member', async () => {
    const { data } = await samplePackage();

    await expect(openPackage(data, 'sample')).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
  });
});
