import { describe, expect, test } from 'vitest';
import type { OciImage } from '../../../adapters/oci-layout/oci-image.ts';
import { pullImage } from '../../../adapters/oci-layout/pull.ts';
import { createRegistry, type Registry } from '../../../adapters/registry/registry.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';
import { startInProcessRegistry } from '../registry/in-process-registry.ts';
import { imageFor, joinedImages } from './platform-images.ts';
import { imageWith, sampleImage, sampleLayer } from './sample-image.ts';

test('an image is pulled by the digest of its index, every part as it was', async () => {
  const image = sampleImage([await sampleLayer({ a: '1' }), await sampleLayer({ b: '2' })]);
  await withRegistryOf(image, async (registry) => {
    const pulled = await pullImage(registry, 'openssl/standard', image.index.descriptor.digest);
    expect(pulled.config).toEqual(image.config);
    expect(pulled.index.bytes).toEqual(image.index.bytes);
    expect(pulled.layers.map((layer) => sha256(layer))).toEqual(image.layers.map((layer) => sha256(layer)));
  });
});

test('a manifest by itself is not the image of a release', async () => {
  const image = sampleImage([await sampleLayer({ a: '1' })]);
  await withRegistryOf(image, async (registry) => {
    await expect(
      pullImage(registry, 'openssl/standard', image.manifest.descriptor.digest),
    ).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
  });
});

test('a part that the registry does not have is an error', async () => {
  const image = sampleImage([await sampleLayer({ a: '1' })]);
  await withRegistryOf({ ...image, layers: [] }, async (registry) => {
    await expect(
      pullImage(registry, 'openssl/standard', image.index.descriptor.digest),
    ).rejects.toMatchObject({ code: 'FND_UNREACHABLE' });
  });
});

describe('of an index of several platforms', () => {
  const images = Promise.all([imageFor('amd64'), imageFor('arm64')]);

  test('the image for the one that is asked for is pulled', async () => {
    const [amd64, arm64] = joinedImages(...(await images));
    if (amd64 === undefined || arm64 === undefined) throw new Error('two were joined');
    await withRegistryOf([amd64, arm64], async (registry) => {
      const { digest } = amd64.index.descriptor;
      const pulled = await pullImage(registry, 'openssl/standard', digest, 'linux/arm64');
      expect(pulled.manifest.descriptor).toEqual(arm64.manifest.descriptor);
      expect(pulled.index.descriptor.digest).toBe(digest);
      await expect(pullImage(registry, 'openssl/standard', digest)).rejects.toThrow(
        'expected one image, found 2 (of linux/amd64, linux/arm64)',
      );
      await expect(pullImage(registry, 'openssl/standard', digest, 'linux/s390x')).rejects.toThrow(
        'expected one image for linux/s390x, found 0',
      );
    });
  });

  test('an image that is for another platform than the index says is refused', async () => {
    const [amd64, arm64] = await images;
    const [first] = arm64.index.content.manifests;
    if (first === undefined) throw new Error('there is a manifest');
    const platform = { architecture: 'riscv64', os: 'linux' };
    const lying = imageWith(arm64, {
      index: { manifests: [...amd64.index.content.manifests, { ...first, platform }] },
    });
    await withRegistryOf([amd64, lying], async (registry) => {
      await expect(
        pullImage(registry, 'openssl/standard', lying.index.descriptor.digest, 'linux/riscv64'),
      ).rejects.toMatchObject({
        code: 'FND_BAD_DATA',
        message: expect.stringContaining('whose configuration says linux/arm64'),
      });
    });
  });
});

/** Serves the parts of images, each by its digest. */
async function withRegistryOf(
  images: OciImage | readonly OciImage[],
  use: (registry: Registry) => Promise<void>,
): Promise<void> {
  const parts = new Map<string, { bytes: Uint8Array; type: string }>();
  for (const { index, manifest, config, layers } of [images].flat()) {
    for (const { bytes, descriptor } of [index, manifest, config]) {
      parts.set(descriptor.digest, { bytes, type: descriptor.mediaType });
    }
    for (const bytes of layers)
      parts.set(ociDigest(sha256(bytes)), { bytes, type: 'application/octet-stream' });
  }
  const server = await startInProcessRegistry((request, _body, response) => {
    const part = parts.get(request.url?.split('/').at(-1) ?? '');
    if (part === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': part.type }).end(part.bytes);
  });
  try {
    await use(createRegistry({ host: server.host, plainHttp: true }));
  } finally {
    await server.close();
  }
}
