import { z } from 'zod';
import { makeImage } from '../../adapters/oci-layout/layout.ts';
import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { MEDIA_TYPES } from '../../adapters/registry/oci-types.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { readBytes } from '../../adapters/store/read-bytes.ts';
import { Artifact } from '../../domain/artifact.ts';

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

/** Reads an image from the store; its parts must belong together. Throws FND_BAD_DATA, and what the store throws. */
export async function fetchImage(store: ArtifactStore, stored: StoredImage): Promise<OciImage> {
  const layers: Uint8Array[] = [];
  for (const layer of stored.layers) layers.push(await readBytes(store, layer));
  const parts = {
    index: await readBytes(store, stored.index),
    manifest: await readBytes(store, stored.manifest),
    config: await readBytes(store, stored.config),
  };
  return makeImage({ ...parts, layers }, `image ${stored.index.digest}`);
}
