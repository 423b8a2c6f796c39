import type { OciDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { addReferrers } from '../registry/change-referrers.ts';
import { type ImageAddress, nameOfImage } from '../registry/image-address.ts';
import { pushListed } from '../registry/push-artifact.ts';
import type { BundleJson } from './sign.ts';

/** The media type of a bundle, and the artifact type of the manifest that carries it. */
export const BUNDLE_MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/**
 * Puts a bundle on an image as an OCI referrer, the way cosign 3 writes and finds one; in a registry without the referrers
 * API the fallback tag lists it ({@link addReferrers}).
 * Returns the digest of the manifest that carries the bundle. Throws FND_UNREACHABLE when the registry does not take it.
 */
export async function attachBundle(
  image: ImageAddress,
  bundle: BundleJson,
  predicateType: string,
): Promise<OciDigest> {
  const { registry, repository } = image;
  const { digest, mediaType, bytes } = await registry.getManifest(repository, image.digest);
  const carrier = await pushListed(registry, repository, {
    artifactType: BUNDLE_MEDIA_TYPE,
    layers: [{ mediaType: BUNDLE_MEDIA_TYPE, bytes: Buffer.from(JSON.stringify(bundle)) }],
    subject: { mediaType, digest, size: bytes.length },
    annotations: {
      // A fixed time: attaching the same bundle again gives the same manifest.
      'org.opencontainers.image.created': '1970-01-01T00:00:00Z',
      'dev.sigstore.bundle.content': 'dsse-envelope',
      'dev.sigstore.bundle.predicateType': predicateType,
    },
  });
  if ((await addReferrers(image, [carrier])).length === 0) return carrier.digest;
  throw new FoundryError(
    'FND_UNREACHABLE',
    `${nameOfImage(image)}: the list of attestations was changed by others again and again while we added ours`,
    { hint: 'Attach to one image from one place at a time.' },
  );
}
