import type { OciDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { type Descriptor, ImageIndex } from '../registry/oci-types.ts';
import type { Registry } from '../registry/registry.ts';

/**
 * What refers to an image, from the fallback tag `sha256-<hex>` (OCI distribution specification 1.1, referrers tag schema);
 * none when there is no such tag. Throws FND_BAD_DATA when the tag is not an index.
 */
export async function readReferrers(image: {
  readonly registry: Registry;
  readonly repository: string;
  readonly digest: OciDigest;
}): Promise<Descriptor[]> {
  const tag = image.digest.replace(':', '-');
  const found = await image.registry.findManifest(image.repository, tag);
  if (found === undefined) return [];
  try {
    return ImageIndex.parse(JSON.parse(Buffer.from(found.bytes).toString('utf8'))).manifests;
  } catch (cause) {
    throw new FoundryError(
      'FND_BAD_DATA',
      `registry ${image.registry.host}: ${image.repository}:${tag} is not an image index`,
      { cause },
    );
  }
}
