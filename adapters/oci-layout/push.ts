import type { OciDigest } from '../../domain/digest.ts';
import type { Registry } from '../registry/registry.ts';
import type { OciImage } from './oci-image.ts';

/** Uploads an image by digest, without a tag, blobs first, and returns the digest of its index. Throws what the registry throws. */
export async function pushImage(registry: Registry, repository: string, image: OciImage): Promise<OciDigest> {
  for (const bytes of [...image.layers, image.config.bytes]) await registry.putBlob(repository, bytes);
  for (const { descriptor, bytes } of [image.manifest, image.index]) {
    await registry.putManifest(repository, descriptor.digest, descriptor.mediaType, bytes);
  }
  return image.index.descriptor.digest;
}
