import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { makeImage } from '../../adapters/oci-layout/layout.ts';
import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { MEDIA_TYPES } from '../../adapters/registry/oci-types.ts';
import type { Artifact } from '../../domain/artifact.ts';
import type { BuiltPackage } from './build-step.ts';
import type { PackageOnDisk } from './closed-repository.ts';

/** A package in the store. */
export interface StoredPackage {
  readonly name: string;
  readonly version: string;
  readonly artifact: Artifact;
}

/** An image in the store. */
export interface StoredImage {
  readonly index: Artifact;
  readonly manifest: Artifact;
  readonly config: Artifact;
  readonly layers: readonly Artifact[];
}

const PACKAGE_TYPE = 'application/vnd.alpine.apk';

/** Brings packages to a folder, verified. Throws what the store throws. */
export async function fetchPackages(
  store: ArtifactStore,
  packages: readonly StoredPackage[],
  folder: string,
): Promise<PackageOnDisk[]> {
  const fetched: PackageOnDisk[] = [];
  for (const { name, version, artifact } of packages) {
    const path = join(folder, `${artifact.digest}.apk`);
    await store.fetchTo(artifact.digest, path);
    fetched.push({ name, version, path, sha256: artifact.digest });
  }
  return fetched;
}

/** Puts packages into the store. */
export async function storePackages(
  store: ArtifactStore,
  packages: readonly BuiltPackage[],
): Promise<StoredPackage[]> {
  const stored: StoredPackage[] = [];
  for (const { name, version, path } of packages) {
    stored.push({ name, version, artifact: await store.put({ file: path }, PACKAGE_TYPE) });
  }
  return stored;
}

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

/** The bytes of an artifact, verified. Throws what the store throws. */
export async function readBytes(store: ArtifactStore, artifact: Artifact): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await store.openRead(artifact.digest)) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
