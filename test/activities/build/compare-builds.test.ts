import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { packageBytes, type PackageEntry, writePackage } from '../../../adapters/apk/write-package.ts';
import { parseApkVersion } from '../../../adapters/apk/version.ts';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { compareArchives } from '../../../activities/build/compare-archives.ts';
import { compareBuilds, compareImages } from '../../../activities/build/compare-builds.ts';
import type { BuiltPackage } from '../../../activities/build/build-step.ts';
import { sha256 } from '../../../domain/digest.ts';
import { elfSample } from '../../adapters/elf/elf-sample.ts';
import { sampleImage, sampleLayer } from '../../adapters/oci-layout/sample-image.ts';

const SIDES = { a: 'a', b: 'b' };

describe('comparing archives', () => {
  const compare = async (
    a: Parameters<typeof sampleLayer>[0],
    b: Parameters<typeof sampleLayer>[0],
  ): Promise<unknown> => await compareArchives(await sampleLayer(a), await sampleLayer(b), 'x', SIDES);

  test('finds nothing in equal ones', async () => {
    expect(await compare({ one: '1', two: '2' }, { one: '1', two: '2' })).toEqual([]);
  });

  test('names the file that only one has', async () => {
    expect(await compare({ one: '1', two: '2' }, { one: '1', three: '3' })).toEqual([
      { where: 'x: three', what: 'only in b' },
      { where: 'x: two', what: 'only in a' },
    ]);
  });

  test('names the file whose content differs', async () => {
    expect(await compare({ one: '1' }, { one: '12' })).toEqual([
      { where: 'x: one', what: 'content (1 and 2 bytes)' },
    ]);
  });

  test('names the sections of an ELF file', async () => {
    const [a, b] = [
      elfSample({ sections: { '.text': 'ab', '.data': 'c' } }),
      elfSample({ sections: { '.text': 'aB', '.data': 'c' } }),
    ];
    expect(await compare({ lib: { content: a } }, { lib: { content: b } })).toMatchObject([
      { where: 'x: lib', sections: ['.text'] },
    ]);
  });

  test('names another mode', async () => {
    expect(await compare({ one: { content: '1', mode: 0o600 } }, { one: '1' })).toEqual([
      { where: 'x: one', what: 'mode 600 and 644' },
    ]);
  });

  test('tells another order from other files', async () => {
    expect(await compare({ one: '1', two: '2' }, { two: '2', one: '1' })).toEqual([
      { where: 'x', what: 'order of the files: every file is equal' },
    ]);
  });

  test('tells another packing from other files', async () => {
    const layer = await sampleLayer({ one: '1'.repeat(1000) });
    const packed = gzipSync(gunzipSync(layer), { level: 1 });
    expect(await compareArchives(layer, packed, 'x', SIDES)).toEqual([
      { where: 'x', what: 'packing: every file is equal' },
    ]);
  });

  test('refuses what is no archive', async () => {
    await expect(compareArchives(await sampleLayer({}), Buffer.from('?'), 'x', SIDES)).rejects.toMatchObject({
      code: 'FND_BAD_DATA',
    });
  });
});

describe('comparing the packages of two builders', () => {
  test('finds nothing in equal ones, and the file in different ones', async () => {
    await withTemporaryDirectory(async (place) => {
      const build = async (builder: string, content: string): Promise<BuiltPackage> => {
        const entries: PackageEntry[] = [
          { type: 'file', path: 'usr/bin/tool', mode: 0o755, content: Buffer.from(content) },
        ];
        const bytes = packageBytes(await writePackage(INFO, entries));
        const path = join(place, `${builder}.apk`);
        await writeFile(path, bytes);
        return { name: 'tool', version: '1-r0', path, sha256: sha256(bytes), size: bytes.length };
      };
      const [a, same, other] = [await build('a', 'x'), await build('b', 'x'), await build('c', 'y')];

      expect(await compareBuilds([a], [same])).toEqual([]);
      const found = await compareBuilds([a], [other]);
      expect(found).toContainEqual({ where: 'tool: usr/bin/tool', what: 'content (1 and 1 bytes)' });
      // Its control member promises the digest of its data.
      expect(found).toContainEqual(expect.objectContaining({ where: 'tool (control): .PKGINFO' }));
    });
  });

  test('names a package that only one made, and one of another version', async () => {
    const one = { name: 'tool', version: '1-r0', path: '', sha256: sha256('1'), size: 1 };
    expect(await compareBuilds([one], [])).toEqual([{ where: 'tool', what: 'only in a' }]);
    expect(await compareBuilds([one], [{ ...one, version: '1-r1' }])).toEqual([
      { where: 'tool', what: 'version 1-r0 and 1-r1' },
    ]);
  });
});

describe('comparing images', () => {
  test('finds nothing in equal ones', async () => {
    const image = sampleImage([await sampleLayer({ a: '1' })]);
    expect(await compareImages(image, image, 'standard')).toEqual([]);
  });

  test('follows a changed file up to the index', async () => {
    const [a, b] = [
      sampleImage([await sampleLayer({ f: '1' })]),
      sampleImage([await sampleLayer({ f: '2' })]),
    ];
    const found = await compareImages(a, b, 'standard');
    expect(found.map((one) => one.where)).toEqual([
      'standard, layer 1: f',
      'standard, config',
      'standard, manifest',
      'standard, index',
    ]);
  });

  test('names a layer that only one has', async () => {
    const layer = await sampleLayer({ f: '1' });
    const found = await compareImages(sampleImage([layer]), sampleImage([layer, layer]), 'standard');
    expect(found).toContainEqual({ where: 'standard, layer 2', what: 'only in b' });
  });
});

const INFO = {
  name: 'tool',
  version: parseApkVersion('1-r0'),
  arch: 'x86_64',
  description: 'a tool',
  url: '',
  license: 'MIT',
  origin: 'tool',
  maintainer: '',
  buildTime: 0,
  commit: '',
  depends: [],
  provides: [],
  replaces: [],
  installIf: [],
  providerPriority: 0,
};
