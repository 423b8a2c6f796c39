import { joinIndexes } from '../../adapters/oci-layout/join.ts';
import type { OciDocuments } from '../../adapters/oci-layout/oci-image.ts';
import type { Registry } from '../../adapters/registry/registry.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { hexOf, ociDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { ImageInQuarantine } from '../artifacts/image-in-quarantine.ts';
import { fetchDocuments, fetchLayers, type StoredImage } from '../artifacts/stored-image.ts';
import { finaliseImage } from '../build/finalise-image.ts';
import { identityOf, type ImageMaker } from '../build/plan-orders.ts';
import type { ImageWithLayers } from '../evidence/sbom/image-contents.ts';
import type { ReadPlan } from '../plan/read-plan.ts';
import type { ImageFacts } from './image-facts.ts';

/** What finishes an image once more. */
export interface Recomputing {
  readonly store: ArtifactStore;
  readonly maker: ImageMaker;
}

/**
 * The image, from bytes and not from anybody's word: what both builders composed, for each platform that its index is over, is taken from
 * the store, finished here once more and joined, and that must be the image. Its layers go through unchanged, by their digests, and are
 * read where somebody looks into them. Throws FND_DIGEST_MISMATCH for anything else, FND_BAD_DATA, and what the store throws.
 */
export async function recomputeImage(
  { store, maker }: Recomputing,
  { image, variant }: ImageInQuarantine,
  { composed, joined }: Pick<ImageFacts, 'composed' | 'joined'>,
  read: ReadPlan,
): Promise<ImageWithLayers> {
  const identity = identityOf(read, variant, maker);
  const finished = async (stored: StoredImage): Promise<OciDocuments> =>
    finaliseImage(await fetchDocuments(store, stored), identity);
  const there = await fetchDocuments(store, image);
  const own = await finished(composed.a);
  const all: OciDocuments[] = [];
  for (const one of joined) all.push(one === composed.a ? own : await finished(one));
  const made = { ...own, index: joinIndexes(all, `the index of ${variant}`) };
  for (const part of ['config', 'manifest', 'index'] as const) {
    const [expected, found] = [made[part].descriptor.digest, there[part].descriptor.digest];
    if (expected !== found) throw mismatch(`${part} of the finished ${variant}`, expected, found);
  }
  return { manifest: there.manifest, layers: () => fetchLayers(store, image) };
}

/**
 * Reads the documents of an image back from quarantine, and asks for its blobs. Throws FND_DIGEST_MISMATCH for other bytes and for an
 * image that is not the one in the store, FND_ARTIFACT_MISSING for a blob that is not there, FND_BAD_INPUT for another registry,
 * FND_UNREACHABLE.
 */
export async function requireInQuarantine(
  registry: Registry,
  { image: { index, manifest, config, layers }, place }: ImageInQuarantine,
): Promise<void> {
  if (registry.host !== place.registry)
    throw new FoundryError(
      'FND_BAD_INPUT',
      `the image lies in ${place.registry}; images of this profile are in ${registry.host}`,
    );
  if (index.digest !== hexOf(place.digest))
    throw mismatch(`the index in ${place.repository}`, ociDigest(index.digest), place.digest);
  // The client compares what it reads with the digest that it asks for.
  for (const { digest } of [index, manifest]) await registry.getManifest(place.repository, ociDigest(digest));
  for (const { digest } of [config, ...layers]) {
    if (await registry.hasBlob(place.repository, ociDigest(digest))) continue;
    throw new FoundryError(
      'FND_ARTIFACT_MISSING',
      `${place.registry}/${place.repository} lacks blob ${digest}`,
    );
  }
}

function mismatch(what: string, expected: string, found: string): FoundryError {
  return new FoundryError('FND_DIGEST_MISMATCH', `${what}: expected ${expected}, found ${found}`, {
    hint: 'Nothing was signed. Somebody changed the image after it was made.',
  });
}
