import { z } from 'zod';
import { platformsIn } from '../../adapters/oci-layout/platforms.ts';
import { nameOfImage } from '../../adapters/registry/image-address.ts';
import { ImageIndex, ImageManifest } from '../../adapters/registry/oci-types.ts';
import type { Registry } from '../../adapters/registry/registry.ts';
import { measure } from '../../adapters/store/hashing.ts';
import { hexOf, type OciDigest } from '../../domain/digest.ts';
import { FoundryError, messageOf } from '../../domain/errors.ts';

/** From where to where something is copied within one registry. */
export interface Copying {
  readonly registry: Registry;
  /** Repositories. */
  readonly from: string;
  readonly to: string;
  /** Blobs that were copied and read back: several manifests name the same one. */
  readonly copied: Set<OciDigest>;
}

/** What an index leads to: the manifest of each platform, with what the index calls that platform. */
export interface CopiedImage {
  readonly manifests: readonly { readonly digest: OciDigest; readonly platform: string | undefined }[];
}

/**
 * Copies an image by the digest of its index: the blobs of each platform, its manifest, and the index last, so that whatever is there is
 * there as a whole. Then all of it is read back. No tag is set. Throws FND_DIGEST_MISMATCH when other bytes come back, FND_BAD_DATA for
 * what is no image, FND_UNREACHABLE.
 */
export async function copyImage(copying: Copying, digest: OciDigest): Promise<CopiedImage> {
  const { registry, from, to } = copying;
  const index = await registry.getManifest(from, digest);
  const content = parse(ImageIndex, index.bytes, `${from}@${digest}`);
  const { manifests } = content;
  if (manifests.length === 0)
    throw new FoundryError('FND_BAD_DATA', `${from}@${digest} is an index of nothing`);
  for (const manifest of manifests) await copyManifest(copying, manifest.digest);
  await registry.putManifest(to, digest, index.mediaType, index.bytes);
  await registry.getManifest(to, digest);
  const platforms = platformsIn(content);
  return {
    manifests: manifests.map((manifest, at) => ({ digest: manifest.digest, platform: platforms[at] })),
  };
}

/** Copies a manifest with its blobs, by digest, reads all of it back, and returns what it says. Throws as {@link copyImage} does. */
export async function copyManifest(
  { registry, from, to, copied }: Copying,
  digest: OciDigest,
): Promise<ImageManifest> {
  const { mediaType, bytes } = await registry.getManifest(from, digest);
  const manifest = parse(ImageManifest, bytes, `${from}@${digest}`);
  const blobs = [manifest.config, ...manifest.layers].map((blob) => blob.digest);
  for (const blob of blobs) {
    if (copied.has(blob)) continue;
    await registry.copyBlob(from, to, blob);
    await requireBlob(registry, to, blob);
    copied.add(blob);
  }
  await registry.putManifest(to, digest, mediaType, bytes);
  await registry.getManifest(to, digest);
  return manifest;
}

async function requireBlob(registry: Registry, repository: string, digest: OciDigest): Promise<void> {
  const found = await measure(await registry.openBlob(repository, digest));
  if (found.digest === hexOf(digest)) return;
  throw new FoundryError(
    'FND_DIGEST_MISMATCH',
    `${nameOfImage({ registry, repository, digest })} (blob): the copy has other bytes, ${found.digest}`,
    { hint: 'The storage of the registry is damaged, or somebody changed it.' },
  );
}

function parse<T>(schema: z.ZodType<T>, bytes: Uint8Array, what: string): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause);
    throw new FoundryError('FND_BAD_DATA', `${what} has another form than we read: ${reason}`, { cause });
  }
}
