import { expect, test } from 'vitest';
import type { OciImage } from '../../../adapters/oci-layout/oci-image.ts';
import { pullImage } from '../../../adapters/oci-layout/pull.ts';
import { createRegistry, type Registry } from '../../../adapters/registry/registry.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';
import { startInProcessRegistry } from '../registry/in-process-registry.ts';
import { sampleImage, sampleLayer } from './sample-image.ts';

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

/** Serves the parts of an image, each by its digest. */
async function withRegistryOf(image: OciImage, use: (registry: Registry) => Promise<void>): Promise<void> {
  const { index, manifest, config, layers } = image;
  const parts = new Map<string, { bytes: Uint8Array; type: string }>();
  for (const { bytes, descriptor } of [index, manifest, config]) {
    parts.set(descriptor.digest, { bytes, type: descriptor.mediaType });
  }
  for (const bytes of layers)
    parts.set(ociDigest(sha256(bytes)), { bytes, type: 'application/octet-stream' });
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
