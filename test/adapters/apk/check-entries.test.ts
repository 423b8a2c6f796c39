import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { checkPackageEntries } from '../../../adapters/apk/check-entries.ts';
import type { PackageFile } from '../../../adapters/apk/package-file.ts';
import type { TarHeader } from '../../../adapters/apk/tar.ts';
import { addEntry } from '../../../adapters/apk/tar.ts';
import { FoundryError } from '../../../domain/errors.ts';
import { samplePackage } from './sample.ts';

const MIB = 1024 * 1024;

describe('what a package installs', () => {
  it('passes where all of it stays inside and is no more than it promises', async () => {
    await expect(checkPackageEntries(await samplePackage(), 'sample.apk')).resolves.toBeUndefined();
  });

  it.each<[string, TarHeader, RegExp]>([
    ['a path that climbs', { name: '../etc/passwd' }, /"..\/etc\/passwd", which leaves the root/],
    ['a path that climbs on its way', { name: 'usr/../../etc/passwd' }, /leaves the root/],
    ['a path from the root', { name: '/etc/passwd' }, /leaves the root/],
    ['a hard link to outside', { name: 'a', type: 'link', linkname: '../../etc/shadow' }, /leaves the root/],
    ['a character device', { name: 'dev/mem', type: 'character-device' }, /"dev\/mem", a character-device/],
    ['a block device', { name: 'dev/sda', type: 'block-device' }, /a block-device/],
    ['a pipe', { name: 'run/pipe', type: 'fifo' }, /a fifo/],
  ])('is refused with %s', async (_, header, message) => {
    await expect(checkPackageEntries(await packageOf([header]), 'bad.apk')).rejects.toMatchObject({
      code: 'FND_BAD_DATA',
      message: expect.stringMatching(message) as string,
    });
  });

  it('is refused when it is more than is promised', async () => {
    const content = Buffer.alloc(100);

    await expect(
      checkPackageEntries(await packageOf([{ name: 'a' }], content, 100), 'x'),
    ).resolves.toBeUndefined();
    await expect(
      checkPackageEntries(await packageOf([{ name: 'a' }], content, 99), 'x'),
    ).rejects.toMatchObject({
      code: 'FND_BAD_DATA',
      message: 'x holds more than the 99 bytes it promises to install',
    });
  });

  it('is not unpacked beyond what is promised, however small it is packed', async () => {
    const file = await samplePackage();
    const zeros = Buffer.alloc(300 * MIB);
    const bombs = [gzipSync(zeros), gzipSync(await tarOf([{ name: 'a' }], zeros))];
    const before = process.memoryUsage.rss();

    for (const data of bombs) {
      expect(data.length).toBeLessThan(MIB);
      await expect(checkPackageEntries({ ...file, data }, 'bomb.apk')).rejects.toMatchObject({
        code: 'FND_BAD_DATA',
        message: expect.stringMatching(/unpacks to more than|holds more than the 22 bytes/) as string,
      });
    }
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * MIB);
  });

  it('is checked or refused, whatever bytes it is packed as', async () => {
    const good = await samplePackage();
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 600 }),
        fc.nat(600),
        fc.boolean(),
        async (noise, at, isPacked) => {
          const tar = Buffer.from(await tarOf([{ name: 'usr/bin/sample' }]));
          tar.set(noise.subarray(0, Math.max(0, tar.length - at)), Math.min(at, tar.length));
          const data = isPacked ? gzipSync(tar) : spoiled(good.data, noise, at);
          expect(['passes', 'FND_BAD_DATA']).toContain(await outcomeOf({ ...good, data }));
        },
      ),
      { numRuns: 300 },
    );
  });
});

async function outcomeOf(file: PackageFile): Promise<string> {
  try {
    await checkPackageEntries(file, 'any.apk');
    return 'passes';
  } catch (error) {
    return error instanceof FoundryError ? error.code : String(error);
  }
}

async function packageOf(
  headers: readonly TarHeader[],
  content: Uint8Array = new Uint8Array(),
  installedSize = 0,
): Promise<PackageFile> {
  const file = await samplePackage();
  return { ...file, data: gzipSync(await tarOf(headers, content)), info: { ...file.info, installedSize } };
}

async function tarOf(headers: readonly TarHeader[], content?: Uint8Array): Promise<Uint8Array> {
  const writer = pack();
  const chunks: Uint8Array[] = [];
  const read = (async () => {
    for await (const chunk of writer) chunks.push(chunk as Uint8Array);
  })();
  for (const header of headers) {
    await addEntry(
      writer,
      header,
      (header.type ?? 'file') === 'file' ? (content ?? new Uint8Array()) : undefined,
    );
  }
  writer.finalize();
  await read;
  return Buffer.concat(chunks);
}

function spoiled(bytes: Uint8Array, noise: Uint8Array, at: number): Uint8Array {
  return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at + noise.length)]);
}
