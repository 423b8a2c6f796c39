import { createMemory } from '../memory/memory.ts';
import type { Registry } from './registry.ts';

/** What images, and what is attached to them, are read from: a registry, or an OCI image layout on this disk. */
export type ImageReader = Pick<
  Registry,
  'host' | 'findManifest' | 'getManifest' | 'getBlob' | 'listReferrers'
>;

/** A reader for one look at an image: what hangs on its index hangs on its manifest as well, and is read once. */
export function readingOnce(reader: ImageReader): ImageReader {
  const blobs = createMemory<Promise<Uint8Array>>(MOST);
  return {
    host: reader.host,
    findManifest: (repository, reference) => reader.findManifest(repository, reference),
    getManifest: (repository, reference) => reader.getManifest(repository, reference),
    listReferrers: (repository, digest) => reader.listReferrers(repository, digest),
    getBlob: (repository, digest) =>
      blobs(`${repository}@${digest}`, () => reader.getBlob(repository, digest)),
  };
}

const MOST = 500;
