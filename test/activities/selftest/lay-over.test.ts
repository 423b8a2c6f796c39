import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Overlay } from '../../../activities/selftest/check-definition.ts';
import { readInImage } from '../../../activities/selftest/image-file.ts';
import { layOver } from '../../../activities/selftest/lay-over.ts';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { elfSample } from '../../adapters/elf/elf-sample.ts';

const FACTS = { coreVersion: '3.5.6', providerVersion: '3.1.2', provider: 'aa', moduleMac: 'AA:BB' };
const MODULE = elfSample({ sections: { '.text': 'code', '.data': 'data' } });

/** What one overlay puts where, on an image with a module and a configuration. */
async function laid(
  overlay: Overlay,
  look: (source: string, target: string) => Promise<void>,
): Promise<void> {
  await withTemporaryDirectory(async (place) => {
    const root = join(place, 'root');
    const folder = join(place, 'overlays');
    await mkdir(join(root, 'etc'), { recursive: true });
    await mkdir(folder);
    await writeFile(join(root, 'fips.so'), MODULE);
    await writeFile(join(root, 'etc/a.cnf'), 'a = 1\nb = 2\n');
    await writeFile(join(root, 'etc/b.cnf'), '');
    await symlink('/etc/hostname', join(root, 'etc/out'));
    const [mount] = await layOver({ root, facts: FACTS }, [overlay], folder);
    await look(mount?.source ?? '', mount?.target ?? '');
  });
}

async function bytesOf(overlay: Overlay): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  await laid(overlay, async (source) => {
    bytes = await readFile(source);
  });
  return bytes;
}

const differences = (bytes: Uint8Array): number[] =>
  [...bytes.keys()].filter((index) => bytes[index] !== MODULE[index]);

test('a bit is flipped in the middle, in the last byte, or at the start of a section', async () => {
  const flipped = async (flip: 'middle' | 'last byte' | { section: string }): Promise<number[]> =>
    differences(await bytesOf({ target: '/fips.so', change: { flip } }));
  expect(await flipped('middle')).toEqual([MODULE.length >> 1]);
  expect(await flipped('last byte')).toEqual([MODULE.length - 1]);
  expect(await flipped({ section: '.data' })).toEqual([Buffer.from(MODULE).indexOf('data')]);
  await expect(flipped({ section: '.rodata' })).rejects.toMatchObject({
    code: 'FND_BAD_DATA',
    message: '/fips.so of the image has no section .rodata',
  });
});

test('a file is cut, emptied, or made longer', async () => {
  const length = async (change: Extract<Overlay, { change: unknown }>['change']): Promise<number> =>
    (await bytesOf({ target: '/tmp/x.so', of: '/fips.so', change })).length;
  expect(await length({ keep: 'half' })).toBe(MODULE.length >> 1);
  expect(await length({ keep: 'all but one byte' })).toBe(MODULE.length - 1);
  expect(await length({ keep: 'nothing' })).toBe(0);
  expect(await length({ append: '\0' })).toBe(MODULE.length + 1);
});

test('a line is replaced or removed, and one that is not there is an error: the sabotage would prove nothing', async () => {
  const changed = async (line: RegExp, by: string | null): Promise<string> =>
    (await bytesOf({ target: '/etc/a.cnf', line, by })).toString();
  expect(await changed(/a = .*/, 'a = {moduleMac}')).toBe('a = AA:BB\nb = 2\n');
  expect(await changed(/b = 2/, null)).toBe('a = 1\n');
  await expect(changed(/b/, null)).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
});

test('a file is taken away by its folder without it', async () => {
  await laid({ target: '/etc/a.cnf', absent: true }, async (source, target) => {
    expect(target).toBe('/etc');
    expect(await readdir(source)).toEqual(['b.cnf', 'out']);
  });
  await expect(laid({ target: '/etc/none', absent: true }, async () => undefined)).rejects.toMatchObject({
    message: 'the image has no /etc/none',
  });
});

test('a link does not lead out of the image', async () => {
  await withTemporaryDirectory(async (place) => {
    await symlink('/etc/passwd', join(place, 'link'));
    await expect(readInImage(place, '/link')).rejects.toMatchObject({
      code: 'FND_BAD_DATA',
      message: '/link leads out of the image',
    });
  });
});
