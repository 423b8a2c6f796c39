import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { makeDocument, readLayout, writeLayout } from '../../../adapters/oci-layout/layout.ts';
import { hexOf, type OciDigest } from '../../../domain/digest.ts';
import { sampleImage, sampleLayer } from './sample-image.ts';

const image = sampleImage([
  await sampleLayer({ 'etc/os-release': 'ID=test\n' }),
  await sampleLayer({ a: 'b' }),
]);

async function inLayout(
  use: (folder: string, blob: (digest: OciDigest) => string) => Promise<void>,
): Promise<void> {
  await withTemporaryDirectory(async (place) => {
    const folder = join(place, 'layout');
    await writeLayout(folder, image);
    await use(folder, (digest) => join(folder, 'blobs', 'sha256', hexOf(digest)));
  });
}

test('what is written is read again, byte for byte', async () => {
  await inLayout(async (folder) => {
    const read = await readLayout(folder);
    expect(Buffer.from(read.index.bytes)).toEqual(Buffer.from(image.index.bytes));
    expect(read.manifest.descriptor).toEqual(image.manifest.descriptor);
    expect(read.config.content).toEqual(image.config.content);
    expect(read.layers.map((layer) => Buffer.from(layer))).toEqual(
      image.layers.map((layer) => Buffer.from(layer)),
    );
  });
});

test('a layout that is there is replaced, with all its blobs', async () => {
  await inLayout(async (folder, blob) => {
    const other = sampleImage([await sampleLayer({ other: 'image' })]);
    await writeLayout(folder, other);
    expect((await readLayout(folder)).index.descriptor).toEqual(other.index.descriptor);
    await expect(readFile(blob(image.config.descriptor.digest))).rejects.toThrow('ENOENT');
  });
});

test.each(['manifest', 'config'] as const)('another %s than the digest promises is refused', async (part) => {
  await inLayout(async (folder, blob) => {
    await writeFile(blob(image[part].descriptor.digest), '{}');
    await expect(readLayout(folder)).rejects.toMatchObject({ code: 'FND_DIGEST_MISMATCH' });
  });
});

test('a layer with a changed byte is refused', async () => {
  await inLayout(async (folder, blob) => {
    const digest = image.manifest.content.layers[1]?.digest ?? image.config.descriptor.digest;
    const bytes = await readFile(blob(digest));
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
    await writeFile(blob(digest), bytes);
    await expect(readLayout(folder)).rejects.toMatchObject({ code: 'FND_DIGEST_MISMATCH' });
  });
});

test.each([
  ['a missing blob', async (_: string, blob: string) => await rm(blob), 'it has no blobs'],
  ['no oci-layout', async (folder: string) => await rm(join(folder, 'oci-layout')), 'it has no oci-layout'],
  [
    'another version',
    async (folder: string) => await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"2.0.0"}'),
    'oci-layout',
  ],
  [
    'an index that is not JSON',
    async (folder: string) => await writeFile(join(folder, 'index.json'), '<'),
    'index.json',
  ],
  [
    'two images',
    async (folder: string) => {
      const [one] = image.index.content.manifests;
      const index = makeDocument('', { schemaVersion: 2, manifests: [one, one] });
      await writeFile(join(folder, 'index.json'), index.bytes);
    },
    'expected one image, found 2',
  ],
])('a layout with %s is refused', async (_, spoil, reason) => {
  await inLayout(async (folder, blob) => {
    await spoil(folder, blob(image.manifest.descriptor.digest));
    await expect(readLayout(folder)).rejects.toMatchObject({
      code: 'FND_BAD_DATA',
      message: expect.stringContaining(reason),
    });
  });
});

test('a configuration with a member that we would lose is refused', async () => {
  const config = makeDocument(image.config.descriptor.mediaType, { ...image.config.content, secret: 1 });
  const manifest = makeDocument(image.manifest.descriptor.mediaType, {
    ...image.manifest.content,
    config: config.descriptor,
  });
  const index = makeDocument(image.index.descriptor.mediaType, {
    schemaVersion: 2 as const,
    manifests: [manifest.descriptor],
  });
  await withTemporaryDirectory(async (place) => {
    const folder = join(place, 'layout');
    await writeLayout(folder, { index, manifest, config, layers: image.layers });
    await expect(readLayout(folder)).rejects.toMatchObject({
      code: 'FND_BAD_DATA',
      message: expect.stringContaining('secret'),
    });
  });
});
