import { mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { unpackImage } from '../../../adapters/oci-layout/unpack.ts';
import { sampleLayer } from './sample-image.ts';

type Entries = Parameters<typeof sampleLayer>[0];

async function unpacked(
  layers: (outside: string) => readonly Entries[],
  look: (root: string, outside: string) => Promise<void>,
): Promise<void> {
  await withTemporaryDirectory(async (place) => {
    const [root, outside] = [join(place, 'root'), join(place, 'outside')];
    await mkdir(outside);
    const packed = await Promise.all(layers(outside).map((entries) => sampleLayer(entries)));
    try {
      await unpackImage({ layers: packed }, root);
    } finally {
      await look(root, outside);
    }
  });
}

describe('unpacking', () => {
  test('puts later layers over earlier ones, also into folders that were closed, and keeps modes', async () => {
    await unpacked(
      () => [
        {
          closed: { type: 'directory', mode: 0o555 },
          'closed/a': '1',
          link: { type: 'symlink', linkname: 'closed' },
        },
        { 'closed/b': { content: '2', mode: 0o4711 }, 'link/c': '3' },
      ],
      async (root) => {
        expect((await readdir(join(root, 'closed'))).toSorted()).toEqual(['a', 'b', 'c']);
        expect((await stat(join(root, 'closed/b'))).mode & 0o7777).toBe(0o4711);
        expect(await readFile(join(root, 'closed/c'), 'utf8')).toBe('3');
      },
    );
  });

  test.each([
    ['an absolute one', (outside: string) => outside],
    ['a relative one', () => '../outside'],
  ])('ends when a layer writes through a link out of the image: %s', async (_what, target) => {
    await expect(
      unpacked(
        (outside) => [
          { out: { type: 'symlink', linkname: target(outside) } },
          { 'out/file': 'written elsewhere' },
        ],
        async (_root, outside) => expect(await readdir(outside)).toEqual([]),
      ),
    ).rejects.toMatchObject({ code: 'FND_TOOL_FAILED' });
  });
});
