import { attachArtifactToImage } from '@sigstore/oci';
import { type OciDigest, parseOciDigest } from '../../domain/digest.ts';
import { FoundryError, messageOf } from '../../domain/errors.ts';
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
  const artifact = Buffer.from(JSON.stringify(bundle));
  const annotations = {
    // A fixed time: attaching the same bundle again gives the same manifest.
    'org.opencontainers.image.created': '1970-01-01T00:00:00Z',
    'dev.sigstore.bundle.content': 'dsse-envelope',
    'dev.sigstore.bundle.predicateType': predicateType,
  };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const digest = await attachOnce(image, artifact, annotations);
    const listed = await image.registry.listReferrers(image.repository, image.digest);
    if (listed.some((referrer) => referrer.digest === digest)) return digest;
  }
  throw new FoundryError(
    'FND_UNREACHABLE',
    `${nameOf(image)}: the list of attestations was changed by others ${ATTEMPTS} times while we added ours`,
    { hint: 'Attach to one image from one place at a time.' },
  );
}

async function attachOnce(
  image: ImageAddress,
  artifact: Buffer,
  annotations: Record<string, string>,
): Promise<OciDigest> {
  try {
    const { digest } = await attachArtifactToImage({
      artifact,
      mediaType: BUNDLE_MEDIA_TYPE,
      imageName: `${image.registry.host}/${image.repository}`,
      imageDigest: image.digest,
      // The type demands credentials, but an anonymous registry answers any with "invalid challenge".
      credentials: undefined as never,
      annotations,
    });
    return parseOciDigest(digest, 'the digest of the attached bundle');
  } catch (error) {
    if (error instanceof FoundryError) throw error;
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new FoundryError('FND_UNREACHABLE', `${nameOf(image)}: no bundle attached: ${messageOf(cause)}`, {
      cause: error,
    });
  }
}

function nameOf({ registry, repository, digest }: ImageAddress): string {
  return `${registry.host}/${repository}@${digest}`;
}
