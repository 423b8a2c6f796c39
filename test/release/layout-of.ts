import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { platformName } from '../../adapters/oci-layout/platforms.ts';
import { pullImage } from '../../adapters/oci-layout/pull.ts';
import { ImageIndex, ImageManifest } from '../../adapters/registry/oci-types.ts';
import type { Registry } from '../../adapters/registry/registry.ts';
import { hexOf, type OciDigest, ociDigest, sha256 } from '../../domain/digest.ts';

/** An image in a registry. */
interface InRegistry {
  readonly registry: Registry;
  readonly repository: string;
  readonly digest: OciDigest;
}

/** Copies an image, for all its platforms, with all that is attached to its index and its manifests into an OCI image layout, as `oras copy -r` does. */
export async function writeLayoutOf(
  { registry, repository, digest }: InRegistry,
  folder: string,
): Promise<void> {
  await mkdir(join(folder, 'blobs', 'sha256'), { recursive: true });
  const put = async (bytes: Uint8Array): Promise<void> => {
    await writeFile(join(folder, 'blobs', 'sha256', hexOf(ociDigest(sha256(bytes)))), bytes);
  };
  const index = await registry.getManifest(repository, digest);
  const { manifests } = ImageIndex.parse(JSON.parse(Buffer.from(index.bytes).toString('utf8')));
  for (const { platform } of manifests) {
    const image = await pullImage(registry, repository, digest, platform && platformName(platform));
    for (const bytes of [image.manifest.bytes, image.config.bytes, ...image.layers]) await put(bytes);
  }
  await put(index.bytes);
  const { mediaType, bytes: whole } = index;
  const listed: object[] = [{ mediaType, digest, size: whole.length }];
  for (const subject of [digest, ...manifests.map((manifest) => manifest.digest)]) {
    for (const descriptor of await registry.listReferrers(repository, subject)) {
      const { bytes } = await registry.getManifest(repository, descriptor.digest);
      await put(bytes);
      const { config, layers } = ImageManifest.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
      for (const blob of [config, ...layers]) await put(await registry.getBlob(repository, blob.digest));
      listed.push(descriptor);
    }
  }
  await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: listed }));
}
