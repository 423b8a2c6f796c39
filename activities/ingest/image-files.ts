import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { namedFileError } from '../../adapters/files/write-atomic.ts';
import { isOnThisMachine } from '../../adapters/registry/this-machine.ts';
import type { ImageAddress } from '../../adapters/registry/image-address.ts';
import type { OciDigest } from '../../domain/digest.ts';

/** A file of an image in a registry: its address, and how it is fetched. */
export interface ImageFile {
  readonly url: string;
  readonly fetch: (path: string) => Promise<void>;
}

/** Where an image is by name. */
export interface ImageName {
  readonly host: string;
  readonly repository: string;
  readonly tag: string;
}

/** Splits `host/repository:tag`, a form that the schema of versions.hcl has checked. */
export function splitImageName(image: string): ImageName {
  const slash = image.indexOf('/');
  const colon = image.lastIndexOf(':');
  return {
    host: image.slice(0, slash),
    repository: image.slice(slash + 1, colon),
    tag: image.slice(colon + 1),
  };
}

/** A manifest of an image. */
export function manifestOf(image: ImageAddress, digest: OciDigest): ImageFile {
  return {
    url: `${baseOf(image)}/manifests/${digest}`,
    async fetch(path) {
      const { bytes } = await image.registry.getManifest(image.repository, digest);
      await writeFile(path, bytes);
    },
  };
}

/** A blob of an image; it is not held in memory. */
export function blobOf(image: ImageAddress, digest: OciDigest): ImageFile {
  return {
    url: `${baseOf(image)}/blobs/${digest}`,
    async fetch(path) {
      const pieces = await image.registry.openBlob(image.repository, digest);
      try {
        await pipeline(Readable.from(pieces), createWriteStream(path));
      } catch (error) {
        throw namedFileError(error, path);
      }
    },
  };
}

function baseOf({ registry, repository }: ImageAddress): string {
  const scheme = isOnThisMachine(registry.host) ? 'http' : 'https';
  return `${scheme}://${registry.host}/v2/${repository}`;
}
