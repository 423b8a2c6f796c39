import type { OciDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { changeReferrers } from '../registry/change-referrers.ts';
import { pushListed } from '../registry/push-artifact.ts';
import type { Registry } from '../registry/registry.ts';
import type { BundleJson } from './sign.ts';

/** The media type of a bundle, and the artifact type of the manifest that carries it. */
export const BUNDLE_MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

const ATTEMPTS = 5;

/** The image that a bundle speaks of, in a registry. */
export interface ImageAddress {
  readonly registry: Registry;
  readonly repository: string;
  readonly digest: OciDigest;
}

/**
 * Puts a bundle on an image as an OCI referrer, the way cosign 3 writes and finds one; in a registry without the referrers
 * API the fallback tag lists it (OCI distribution specification 1.1). The tag is read, changed and written back, so a
 * writer at the same time can lose our line: it is looked at afterwards and written again if it is gone.
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
  for (let attempt = 0; attempt <= ATTEMPTS; attempt += 1) {
    const listed = await registry.listReferrers(repository, digest);
    if (listed.some((referrer) => referrer.digest === carrier.digest)) return carrier.digest;
    await changeReferrers({ registry, repository, digest }, (list) => [
      ...list.filter((referrer) => referrer.digest !== carrier.digest),
      carrier,
    ]);
  }
  throw new FoundryError(
    'FND_UNREACHABLE',
    `${nameOf(image)}: the list of attestations was changed by others ${ATTEMPTS} times while we added ours`,
    { hint: 'Attach to one image from one place at a time.' },
  );
}

function nameOf({ registry, repository, digest }: ImageAddress): string {
  return `${registry.host}/${repository}@${digest}`;
}
