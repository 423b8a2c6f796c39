import type { Registry } from '../../adapters/registry/registry.ts';
import type { OciDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { type ReleaseIdentity, tagOf } from '../../domain/pins/identity.ts';
import type { Platform, Variant } from '../../domain/pins/variant.ts';
import type { Attestation } from '../../domain/release/status.ts';
import type { Report } from '../../domain/report.ts';
import type { ImageInQuarantine } from '../artifacts/image-in-quarantine.ts';
import { concurrently } from '../concurrently.ts';
import { copyAttestations } from './copy-attestations.ts';
import { type CopiedImage, copyImage } from './copy-image.ts';

/** From where images are promoted, and to where. */
interface PromotionPlace {
  readonly registry: Registry;
  /** The repository in which readers find the images. */
  readonly published: string;
  readonly report: Report;
}

/** An image with everything that was attached to it and verified. */
export interface ImageToPromote extends Pick<ImageInQuarantine, 'variant' | 'platform' | 'place'> {
  readonly attestations: readonly Attestation[];
}

/** The images of a release that are to be promoted. */
export interface Promotion extends ReleaseIdentity {
  readonly images: readonly ImageToPromote[];
}

/** An image where readers will find it, once its tag leads there. */
export interface PromotedImage {
  readonly variant: Variant;
  readonly platform: Platform;
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  /** Of its index. */
  readonly digest: OciDigest;
}

/** A registry answers several as fast as one. */
const AT_ONCE = 3;

/**
 * Copies images with their attestations from quarantine to where they are published, a variant as one index over all its platforms. Throws
 * FND_EVIDENCE_MISSING, FND_BAD_INPUT, and what {@link copyImage} and {@link copyAttestations} throw.
 */
export async function promoteImages(
  place: PromotionPlace,
  { version, images }: Promotion,
): Promise<PromotedImage[]> {
  if (images.length === 0) throw new FoundryError('FND_BAD_INPUT', 'there is no image to promote');
  const variants = [...Map.groupBy(images, ({ variant }) => variant).values()];
  for (const those of variants) requirePromotable(place, those);
  await concurrently(variants, AT_ONCE, (those) => promoteVariant(place, those));
  return images.map(({ variant, platform, place: { digest } }) => ({
    variant,
    platform,
    registry: place.registry.host,
    repository: place.published,
    tag: tagOf(version, variant),
    digest,
  }));
}

/** The images of one variant: each with evidence, all in one place, and no two for one platform. */
function requirePromotable({ registry }: PromotionPlace, images: readonly ImageToPromote[]): void {
  const [first] = images;
  for (const { variant, platform, place, attestations } of images) {
    if (attestations.length === 0)
      throw new FoundryError(
        'FND_EVIDENCE_MISSING',
        `${variant} (${platform}) is to be published and nothing was attached to it`,
      );
    if (place.registry !== registry.host)
      throw new FoundryError(
        'FND_BAD_INPUT',
        `${variant} is in quarantine in ${place.registry}, and is published in ${registry.host}`,
      );
    if (place.digest !== first?.place.digest || place.repository !== first.place.repository)
      throw new FoundryError(
        'FND_BAD_INPUT',
        `${variant} was made for ${platformsOf(images)}, each with an index of its own, and its tag can lead to one only`,
      );
  }
  if (new Set(images.map(({ platform }) => platform)).size === images.length) return;
  throw new FoundryError('FND_BAD_INPUT', `${first?.variant} is to be published for ${platformsOf(images)}`);
}

/** The index and all it leads to; then on the index what is attached of every platform, and on a manifest what is attached of its own. */
async function promoteVariant(
  { registry, published, report }: PromotionPlace,
  images: readonly ImageToPromote[],
): Promise<void> {
  const [first] = images;
  if (first === undefined) return;
  const { digest, repository } = first.place;
  const copying = { registry, from: repository, to: published, copied: new Set<OciDigest>() };
  const { manifests } = await copyImage(copying, digest);
  const proven = manifests.map((manifest) => ({ manifest, image: imageOf(manifest, manifests, images) }));
  const lost = images.find((image) => !proven.some((one) => one.image === image));
  if (lost !== undefined)
    throw new FoundryError('FND_BAD_INPUT', `${repository}@${digest} leads to no image for ${lost.platform}`);
  await copyAttestations(
    copying,
    digest,
    images.flatMap(({ attestations }) => attestations),
  );
  for (const { manifest, image } of proven)
    await copyAttestations(copying, manifest.digest, image.attestations);
  for (const { variant, platform, attestations } of images)
    report(`${variant} (${platform}) is at ${published}@${digest}, with ${attestations.length} attestations`);
}

/** What was proven of a manifest; of an index of one image, that is it. Throws FND_EVIDENCE_MISSING where nothing was. */
function imageOf(
  { digest, platform }: CopiedImage['manifests'][number],
  manifests: CopiedImage['manifests'],
  images: readonly ImageToPromote[],
): ImageToPromote {
  const [only, ...more] = images;
  const image =
    manifests.length === 1 && more.length === 0 ? only : images.find((one) => one.platform === platform);
  if (image !== undefined) return image;
  throw new FoundryError(
    'FND_EVIDENCE_MISSING',
    `the index of ${only?.variant} leads to ${digest} for ${platform ?? 'nobody knows what'}, of which nothing was proven`,
    { hint: 'Every platform of an index must have passed its own self-tests and gates.' },
  );
}

function platformsOf(images: readonly ImageToPromote[]): string {
  return images.map(({ platform }) => platform).join(' and ');
}
