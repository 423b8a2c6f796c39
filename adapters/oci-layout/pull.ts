import { z } from 'zod';
import type { OciDigest } from '../../domain/digest.ts';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { nameOfImage } from '../registry/image-address.ts';
import { ImageIndex, ImageManifest } from '../registry/oci-types.ts';
import type { ImageReader } from '../registry/image-reader.ts';
import { makeDocuments } from './layout.ts';
import type { OciImage } from './oci-image.ts';
import { manifestFor } from './platforms.ts';

/**
 * Downloads an image for one platform by the digest of its index, into memory, every part verified: the only one that the index leads to,
 * or of several the one for `platform`. Throws FND_BAD_DATA for what is no such image, FND_DIGEST_MISMATCH for parts that do not belong
 * together, and what the registry throws.
 */
export async function pullImage(
  registry: ImageReader,
  repository: string,
  digest: OciDigest,
  platform?: string,
): Promise<OciImage> {
  const what = nameOfImage({ registry, repository, digest });
  const index = await registry.getManifest(repository, digest);
  const only = manifestFor(parse(ImageIndex, index.bytes, `${what}: index`), platform, what);
  const manifest = await registry.getManifest(repository, only.digest);
  const parts = parse(ImageManifest, manifest.bytes, `${what}: manifest ${only.digest}`);
  const config = await registry.getBlob(repository, parts.config.digest);
  const documents = makeDocuments({ index: index.bytes, manifest: manifest.bytes, config }, what);
  const layers: Uint8Array[] = [];
  for (const { digest: layer, size } of documents.manifest.content.layers) {
    // The client compares what it reads with the digest that it asks for.
    const bytes = await registry.getBlob(repository, layer);
    if (bytes.length !== size) {
      throw new FoundryError(
        'FND_DIGEST_MISMATCH',
        `${what}: blob ${layer} of ${size} bytes has ${bytes.length}`,
      );
    }
    layers.push(bytes);
  }
  return { ...documents, layers };
}

function parse<T>(schema: z.ZodType<T>, bytes: Uint8Array, what: string): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause);
    throw new FoundryError('FND_BAD_DATA', `${what} has another form than we read: ${reason}`, { cause });
  }
}
