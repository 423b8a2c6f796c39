import { z } from 'zod';
import { makeDocuments } from '../../adapters/oci-layout/layout.ts';
import type { OciDocuments, OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { MEDIA_TYPES } from '../../adapters/registry/oci-types.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { readBytes } from '../../adapters/store/read-bytes.ts';
import { Artifact } from '../../domain/artifact.ts';
import { ociDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';

/** An image in the store. */
export const StoredImage = z.strictObject({
  index: Artifact,
  manifest: Artifact,
  config: Artifact,
  layers: z.array(Artifact).readonly(),
});
export type StoredImage = Readonly<z.infer<typeof StoredImage>>;

/** Puts every part of an image into the store. */
export async function storeImage(store: ArtifactStore, image: OciImage): Promise<StoredImage> {
  const layers: Artifact[] = [];
  for (const layer of image.layers) layers.push(await store.put(layer, MEDIA_TYPES.layerTarGzip));
  return {
    index: await store.put(image.index.bytes, MEDIA_TYPES.index),
    manifest: await store.put(image.manifest.bytes, MEDIA_TYPES.manifest),
    config: await store.put(image.config.bytes, MEDIA_TYPES.config),
    layers,
  };
}

/** Reads an image from the store; its parts must belong together. Throws FND_BAD_DATA, FND_DIGEST_MISMATCH, and what the store throws. */
export async function fetchImage(store: ArtifactStore, stored: StoredImage): Promise<OciImage> {
  return { ...(await fetchDocuments(store, stored)), layers: await fetchLayers(store, stored) };
}

/** The same without its layers: they are the ones that the manifest names, and nobody has looked whether they are there. */
export async function fetchDocuments(store: ArtifactStore, stored: StoredImage): Promise<OciDocuments> {
  const what = `image ${stored.index.digest}`;
  const parts = {
    index: await readBytes(store, stored.index),
    manifest: await readBytes(store, stored.manifest),
    config: await readBytes(store, stored.config),
  };
  const documents = makeDocuments(parts, what);
  const named = documents.manifest.content.layers.map(({ digest, size }) => `${digest} of ${size} bytes`);
  const there = stored.layers.map(({ digest, size }) => `${ociDigest(digest)} of ${size} bytes`);
  if (named.join() === there.join()) return documents;
  throw new FoundryError(
    'FND_DIGEST_MISMATCH',
    `${what}: its manifest names the layers ${named.join(', ')}; stored are ${there.join(', ')}`,
  );
}

/** The layers of an image in the store, by their digests. Throws what the store throws. */
export async function fetchLayers(store: ArtifactStore, { layers }: StoredImage): Promise<Uint8Array[]> {
  const read: Uint8Array[] = [];
  for (const layer of layers) read.push(await readBytes(store, layer));
  return read;
}
