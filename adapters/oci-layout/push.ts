import type { OciDigest } from '../../domain/digest.ts';
import type { Registry } from '../registry/registry.ts';
import type { OciDocuments, OciImage } from './oci-image.ts';

/** Uploads an image by digest, without a tag, blobs first, and returns the digest of its index. Throws what the registry throws. */
export async function pushImage(registry: Registry, repository: string, image: OciImage): Promise<OciDigest> {
  for (const bytes of [...image.layers, image.config.bytes]) await registry.putBlob(repository, bytes);
  return await pushDocuments(registry, repository, image);
}

/**
 * The rest of it, when the repository has the layers and the configuration, and where its index is of several platforms, the images `beside`
 * it under the same index: a registry takes no index that leads to what it does not have.
 */
export async function pushDocuments(
  registry: Registry,
  repository: string,
  { manifest, index }: OciDocuments,
  beside: readonly Pick<OciDocuments, 'manifest'>[] = [],
): Promise<OciDigest> {
  for (const { descriptor, bytes } of [manifest, ...beside.map((one) => one.manifest), index]) {
    await registry.putManifest(repository, descriptor.digest, descriptor.mediaType, bytes);
  }
  return index.descriptor.digest;
}
