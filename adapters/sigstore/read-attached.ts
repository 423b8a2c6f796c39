import { hexOf, type OciDigest, type Sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { ImageReader } from '../registry/image-reader.ts';
import { type Descriptor, ImageManifest } from '../registry/oci-types.ts';
import { BUNDLE_MEDIA_TYPE } from './attach.ts';

/** An image to read from. */
export interface ReadableImage {
  readonly registry: ImageReader;
  readonly repository: string;
  readonly digest: OciDigest;
}

/** A bundle found on an image. It is not verified yet. */
export interface AttachedBundle {
  /** The manifest that carries it. */
  readonly manifest: Descriptor['digest'];
  /** Of its own bytes. */
  readonly digest: Sha256;
  /** What its carrier says it is about; only a hint. */
  readonly predicateType: string | undefined;
  /** The parsed JSON. */
  readonly bundle: unknown;
}

/**
 * Reads every Sigstore bundle that is attached to an image, in the order of the list. All digests are checked, and each
 * must say that it belongs to this image; nothing is verified beyond that. One that is listed and not there any more is left out: who
 * needs it misses it. Throws FND_BAD_DATA for a carrier that is not one, FND_DIGEST_MISMATCH, FND_UNREACHABLE.
 */
export async function readAttachedBundles(image: ReadableImage): Promise<AttachedBundle[]> {
  const bundles: AttachedBundle[] = [];
  for (const descriptor of await image.registry.listReferrers(image.repository, image.digest)) {
    const manifest = await findCarrier(image, descriptor);
    if (manifest === undefined) continue;
    const [layer] = manifest.layers;
    if (layer?.mediaType !== BUNDLE_MEDIA_TYPE || manifest.subject?.digest !== image.digest) continue;
    const bytes = await image.registry.getBlob(image.repository, layer.digest);
    bundles.push({
      manifest: descriptor.digest,
      digest: hexOf(layer.digest),
      predicateType: manifest.annotations?.['dev.sigstore.bundle.predicateType'],
      bundle: parseJson(bytes, `${image.repository}@${layer.digest}`),
    });
  }
  return bundles;
}

async function findCarrier(
  { registry, repository }: ReadableImage,
  { digest }: Descriptor,
): Promise<ImageManifest | undefined> {
  const found = await registry.findManifest(repository, digest);
  if (found === undefined) return undefined;
  const parsed = ImageManifest.safeParse(parseJson(found.bytes, `${repository}@${digest}`));
  if (parsed.success) return parsed.data;
  throw new FoundryError(
    'FND_BAD_DATA',
    `${repository}@${digest} is listed as a referrer but is no manifest`,
    {
      cause: parsed.error,
    },
  );
}

function parseJson(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', `${what} is not JSON`, { cause });
  }
}
