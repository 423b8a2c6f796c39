import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Look } from '../../../activities/selftest/check-definition.ts';
import { ImageView } from '../../../activities/selftest/image-view.ts';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import type { OciImage } from '../../../adapters/oci-layout/oci-image.ts';
import { unpackImage } from '../../../adapters/oci-layout/unpack.ts';
import { elfSample } from '../../adapters/elf/elf-sample.ts';
import { joinedImages } from '../../adapters/oci-layout/platform-images.ts';
import { imageWith, sampleImage, sampleLayer } from '../../adapters/oci-layout/sample-image.ts';

const DATABASE = 'P:b\nV:2-r0\nC:Q1x\n\nP:a\nV:1-r0\n\n';

async function sample(): Promise<OciImage> {
  const first = await sampleLayer({
    etc: { type: 'directory' },
    'etc/old': 'x',
    'etc/kept': { content: 'token=abc token=abc token=def', mode: 0o4755, uid: 5 },
    'opt/a/b': '1',
    'usr/lib/apk/db/installed': DATABASE,
    'usr/lib/x.so': { content: elfSample({ needed: ['libc.so.6'] }) },
    'usr/lib/y.so': { type: 'symlink', linkname: 'x.so' },
  });
  const second = await sampleLayer({
    'etc/.wh.old': '',
    'opt/.wh.a': '',
    'etc/new': { content: 'y', mtime: 50 },
  });
  return sampleImage([first, second]);
}

async function seen(look: Look, image?: OciImage): Promise<string[]> {
  return await withTemporaryDirectory(async (place) => {
    const root = join(place, 'root');
    const looked = image ?? (await sample());
    await unpackImage(looked, root);
    return await new ImageView(looked, root).linesOf(look, { epoch: '49' });
  });
}

const LINES = { all: [] };

describe('the entries of an image', () => {
  test('are those of its layers, later ones over earlier ones, without what was removed', async () => {
    expect(await seen({ entries: {}, lines: LINES })).toEqual([
      'directory 0755 0:0 /etc',
      'file 4755 5:0 /etc/kept',
      'file 0644 0:0 /etc/new',
      'file 0644 0:0 /usr/lib/apk/db/installed',
      'file 0644 0:0 /usr/lib/x.so',
      'symlink 0644 0:0 /usr/lib/y.so -> x.so',
    ]);
  });

  test.each([
    ['a bit of the mode', { mode: 0o4000 }, ['/etc/kept']],
    ['bits that are not all there', { lacks: 0o755, types: ['directory'] }, []],
    ['another owner', { notOwner: 0 }, ['/etc/kept']],
    ['a later time', { after: '{epoch}' }, ['/etc/new']],
    ['a kind', { types: ['symlink', 'directory'] }, ['/etc', '/usr/lib/y.so']],
    ['a place, and not another', { path: /^\/etc\//, except: /new$/ }, ['/etc/kept']],
    ['an ELF header', { isElf: true }, ['/usr/lib/x.so']],
  ] as const)('are found by %s', async (_what, entries, paths) => {
    const lines = await seen({ entries, lines: LINES });
    expect(lines.map((line) => line.split(' ')[3])).toEqual(paths);
  });
});

describe('what is seen else', () => {
  test('texts in files, each once', async () => {
    expect(await seen({ find: /token=\w+/, in: {}, lines: LINES })).toEqual([
      '/etc/kept: token=abc',
      '/etc/kept: token=def',
    ]);
    expect(await seen({ find: /token=\w+/, containing: 'no such', in: {}, lines: LINES })).toEqual([]);
  });

  test('facts of ELF files', async () => {
    expect(await seen({ elf: {}, facts: ['needed', 'relro', 'exports'], lines: LINES })).toEqual([
      '/usr/lib/x.so needed: libc.so.6',
      '/usr/lib/x.so relro: none',
      '/usr/lib/x.so exports: unknown, for it has no section headers',
    ]);
  });

  test('packages, with an empty field where there is none', async () => {
    expect(await seen({ packages: ['name', 'version'], lines: LINES })).toEqual(['a=1-r0', 'b=2-r0']);
    expect(await seen({ packages: ['name', 'checksum'], lines: LINES })).toEqual(['a=', 'b=Q1x']);
  });

  test('of an index of several platforms the part for its own', async () => {
    const arm64 = imageWith(await sample(), { document: { architecture: 'arm64' } });
    const [, joined] = joinedImages(await sample(), arm64);
    const at = (path: string): Promise<string[]> =>
      seen({ document: 'index', at: path, lines: LINES }, joined);
    expect(await at('/manifests/0/platform')).toEqual(['architecture=arm64', 'os=linux']);
    expect(await at('/manifests/0/digest')).toEqual([arm64.manifest.descriptor.digest]);
    expect(await at('/manifests/1')).toEqual([]);
  });

  test('an image without a database of packages is no image without packages', async () => {
    const image = sampleImage([await sampleLayer({ a: '1' })]);
    await expect(seen({ packages: ['name'], lines: LINES }, image)).rejects.toMatchObject({
      code: 'FND_BAD_DATA',
    });
  });

  test.each([
    ['a text', '/config/User', ['65532']],
    ['a list', '/config/Cmd', ['version']],
    ['an object', '/config/Labels', ['a/b=1', 'c=2']],
    ['a name with a slash', '/config/Labels/a~1b', ['1']],
    ['an element', '/history/0/created_by', ['apko']],
    ['a number', '/rootfs/diff_ids/9', []],
    ['nothing', '/config/Volumes', []],
    ['no inherited member', '/config/constructor', []],
  ])('%s of a document', async (_what, at, lines) => {
    const image = imageWith(await sample(), { config: { Labels: { c: '2', 'a/b': '1' } } });
    expect(await seen({ document: 'config', at, lines: LINES }, image)).toEqual(lines);
  });
});
