import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import type { Registry } from '../../adapters/registry/registry.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { ImageInQuarantine } from '../artifacts/image-in-quarantine.ts';
import { fetchImage, type StoredImage } from '../artifacts/stored-image.ts';
import { finaliseImage } from '../build/finalise-image.ts';
import { identityOf, type ImageMaker } from '../build/plan-orders.ts';
import type { ReadPlan } from '../plan/read-plan.ts';

/** Where the bytes of an image are looked for. */
export interface ImagePlaces {
  readonly store: ArtifactStore;
  readonly registry: Registry;
  readonly maker: ImageMaker;
}

/**
 * The image, from bytes and not from anybody's word: what the builders composed is taken from the store and finished here once more, and
 * that must be the image, in the store and in quarantine. Throws FND_DIGEST_MISMATCH for anything else, FND_BAD_DATA, and what the store
 * and the registry throw.
 */
export async function recomputeImage(
  places: ImagePlaces,
  { image, place, variant }: ImageInQuarantine,
  composed: StoredImage,
  read: ReadPlan,
): Promise<OciImage> {
  const { store, registry, maker } = places;
  if (registry.host !== place.registry)
    throw new FoundryError(
      'FND_BAD_INPUT',
      `the image lies in ${place.registry}; images of this profile are in ${registry.host}`,
    );
  const there = await fetchImage(store, image);
  const made = finaliseImage(await fetchImage(store, composed), identityOf(read, variant, maker));
  requireSame(`the finished ${variant}`, made, there);
  if (there.index.descriptor.digest !== place.digest)
    throw mismatch(`${place.repository}@${place.digest}`, place.digest, there.index.descriptor.digest);
  await requireInQuarantine(registry, place.repository, there);
  return there;
}

/** The client compares what it reads with the digest that it asks for. */
async function requireInQuarantine(
  registry: Registry,
  repository: string,
  { index, manifest, config }: OciImage,
): Promise<void> {
  for (const { descriptor } of [index, manifest]) await registry.getManifest(repository, descriptor.digest);
  for (const { digest } of [config.descriptor, ...manifest.content.layers]) {
    if (await registry.hasBlob(repository, digest)) continue;
    throw new FoundryError('FND_ARTIFACT_MISSING', `${registry.host}/${repository} lacks blob ${digest}`);
  }
}

function requireSame(what: string, made: OciImage, there: OciImage): void {
  for (const part of ['config', 'manifest', 'index'] as const) {
    const [expected, found] = [made[part].descriptor.digest, there[part].descriptor.digest];
    if (expected !== found) throw mismatch(`${part} of ${what}`, expected, found);
  }
}

function mismatch(what: string, expected: string, found: string): FoundryError {
  return new FoundryError('FND_DIGEST_MISMATCH', `${what}: expected ${expected}, found ${found}`, {
    hint: 'Nothing was signed. Somebody changed the image after it was made.',
  });
}
