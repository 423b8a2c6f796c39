import { z } from 'zod';
import { manifestFor } from '../../adapters/oci-layout/platforms.ts';
import { type ImageAddress, nameOfImage } from '../../adapters/registry/image-address.ts';
import { ImageIndex } from '../../adapters/registry/oci-types.ts';
import { FoundryError } from '../../domain/errors.ts';
import { jsonOf } from '../../domain/json.ts';
import { BUILDER_IDS, type BuilderKind } from '../../domain/evidence/project.ts';
import { isImageTag, tagOf } from '../../domain/pins/identity.ts';
import type { Platform } from '../../domain/pins/variant.ts';
import type { ScannedImage } from '../../domain/watch/look.ts';
import { readSbom } from '../evidence/sbom/read-sbom.ts';
import { readProvenance } from '../verify/check-provenance.ts';
import { attestationOf, bundleOpener, ofKind, readImageEvidence, type Trust } from '../verify/evidence.ts';
import type { PublishedPlace, TaggedImage } from './tagged-images.ts';

/** Whose word counts for an image. */
export interface Believed {
  readonly trust: Trust;
  readonly builder: BuilderKind;
  /** The git repository that it must come from, as provenance names it. */
  readonly source: string;
}

/** A published image by its signed evidence. */
export interface PublishedImage extends Omit<ScannedImage, 'found'> {
  /** Its SBOM, as it was signed. */
  readonly sbom: Uint8Array;
  /** The packages that it names, as `name version`. */
  readonly packages: ReadonlySet<string>;
}

/**
 * Reads what is signed of an image, of an index of several platforms of that for one: which one it is, and its SBOM. No layer is read: that
 * the SBOM describes the bytes was verified when it was released, and is signed. Throws FND_EVIDENCE_MISSING, FND_SIGNATURE_REFUSED,
 * FND_PROVENANCE_REFUSED, FND_SBOM_MISMATCH, FND_BAD_DATA; FND_TAG_MOVED when a tag says that it is another image; what reading throws.
 */
export async function readPublished(
  { registry, repository }: PublishedPlace,
  { digest, tags, platform: asked }: TaggedImage & { readonly platform: Platform | undefined },
  { trust, builder, source }: Believed,
): Promise<PublishedImage> {
  const image = { registry, repository, digest };
  const list = await indexOf(image);
  const manifestDigest = manifestFor(list, asked, nameOfImage(image)).digest;
  const { index, manifest } = await readImageEvidence(image, list, manifestDigest, bundleOpener(trust));
  const provenance = readProvenance(attestationOf('provenance', index, manifest).statement, {
    builders: [BUILDER_IDS[builder]],
    source,
    ...(asked === undefined ? {} : { platform: asked }),
  });
  const { version, variant, platform } = provenance.buildDefinition.externalParameters;
  const wrong = tags.filter((tag) => isImageTag(tag) && tag !== tagOf(version, variant));
  if (wrong.length > 0)
    throw new FoundryError(
      'FND_TAG_MOVED',
      `${wrong.join(', ')} lead to ${variant} ${version}, as its provenance says`,
    );
  const newest = attestationOf('summary', index, manifest);
  const [first = newest] = ofKind('summary', index);
  const { predicate } = attestationOf('sbom', index, manifest).statement;
  const described = readSbom(predicate);
  if (described.manifest !== manifestDigest)
    throw new FoundryError(
      'FND_SBOM_MISMATCH',
      `the SBOM is of ${described.manifest}, not of ${manifestDigest}`,
    );
  return {
    digest,
    version,
    variant,
    platform,
    tags: [...tags],
    releasedAt: first.signedAt.toISOString(),
    sbom: Buffer.from(JSON.stringify(predicate)),
    packages: new Set(described.packages.map((one) => `${one.name} ${one.version}`)),
  };
}

async function indexOf(image: ImageAddress): Promise<ImageIndex> {
  const what = nameOfImage(image);
  const found = await image.registry.findManifest(image.repository, image.digest);
  if (found === undefined) throw new FoundryError('FND_EVIDENCE_MISSING', `${what} is not there any more`);
  const parsed = ImageIndex.safeParse(jsonOf(found.bytes));
  if (parsed.success) return parsed.data;
  throw new FoundryError('FND_BAD_DATA', `${what} is no index of images`, {
    cause: new Error(z.prettifyError(parsed.error)),
  });
}
