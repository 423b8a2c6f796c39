import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hexOf, type OciDigest, ociDigest, sha256 } from '../../domain/digest.ts';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { isCode, writeDirectoryAtomic, writeFileAtomic } from '../files/write-atomic.ts';
import { type Descriptor, ImageIndex, ImageManifest, MEDIA_TYPES } from '../registry/oci-types.ts';
import { ImageConfig, type OciDocument, type OciDocuments, type OciImage } from './oci-image.ts';
import { manifestFor, platformName } from './platforms.ts';

const LAYOUT_FILE = JSON.stringify({ imageLayoutVersion: '1.0.0' });
const LayoutFile = z.object({ imageLayoutVersion: z.literal('1.0.0') });

/** The bytes of what an image says of itself. */
type DocumentParts = Readonly<Record<keyof OciDocuments, Uint8Array>>;

/** The bytes of all parts of an image. */
interface ImageParts extends DocumentParts {
  readonly layers: readonly Uint8Array[];
}

/**
 * Reads an OCI image layout (image-spec 1.1, image-layout.md) whose `index.json` is the index of one image: its only
 * manifest, or of several the one for `platform`. Every blob is checked against the digest and size that lead to it.
 * Throws FND_BAD_DATA for another form, FND_DIGEST_MISMATCH for other bytes.
 */
export async function readLayout(folder: string, platform?: string): Promise<OciImage> {
  parse(LayoutFile, await readPart(folder, 'oci-layout'), `${folder}: oci-layout`);
  const index = await readPart(folder, 'index.json');
  const only = manifestFor(parse(ImageIndex, index, `${folder}: index.json`), platform, folder);
  const manifest = await readPart(folder, blobPath(only.digest));
  requireBytes(only, manifest, folder);
  const parts = parse(ImageManifest, manifest, `${folder}: manifest ${only.digest}`);
  const config = await readPart(folder, blobPath(parts.config.digest));
  const layers: Uint8Array[] = [];
  for (const layer of parts.layers) layers.push(await readPart(folder, blobPath(layer.digest)));
  return makeImage({ index, manifest, config, layers }, folder);
}

/**
 * An image from the bytes of its parts, which must lead to each other by digest and size from the index down. `what` names the image
 * in errors. Throws FND_BAD_DATA for another form, FND_DIGEST_MISMATCH for parts that do not belong together.
 */
function makeImage({ layers, ...parts }: ImageParts, what: string): OciImage {
  const documents = makeDocuments(parts, what);
  const layersAt = documents.manifest.content.layers;
  if (layersAt.length !== layers.length) {
    throw new FoundryError(
      'FND_BAD_DATA',
      `${what}: ${layersAt.length} layers are named, ${layers.length} are there`,
    );
  }
  for (const [position, layer] of layersAt.entries()) requireBytes(layer, layers[position], what);
  return { ...documents, layers };
}

/** {@link makeImage} without its layers. Of an index of several platforms it is the one that the manifest is for. Throws the same. */
export function makeDocuments(parts: DocumentParts, what: string): OciDocuments {
  const index = documentOf(ImageIndex, MEDIA_TYPES.index, parts.index, `${what}: index`);
  const at = leadingTo(parts.manifest, index.content, what);
  requireBytes(at, parts.manifest, what);
  const manifest = documentOf(
    ImageManifest,
    MEDIA_TYPES.manifest,
    parts.manifest,
    `${what}: manifest ${at.digest}`,
  );
  const { config: configAt } = manifest.content;
  requireBytes(configAt, parts.config, what);
  const config = documentOf(
    ImageConfig,
    MEDIA_TYPES.config,
    parts.config,
    `${what}: config ${configAt.digest}`,
  );
  requirePlatform(index.content, at, config.content, what);
  return { index, manifest, config };
}

/** Writes an image as an OCI image layout; the folder appears whole, and what was there before is replaced. */
export async function writeLayout(folder: string, image: OciImage): Promise<void> {
  const { index, manifest, config, layers } = image;
  await writeDirectoryAtomic(folder, async (aside) => {
    await writeFileAtomic(join(aside, 'oci-layout'), LAYOUT_FILE);
    await writeFileAtomic(join(aside, 'index.json'), index.bytes);
    for (const bytes of [manifest.bytes, config.bytes, ...layers]) {
      await writeFileAtomic(join(aside, blobPath(ociDigest(sha256(bytes)))), bytes);
    }
  });
}

/** A document with its descriptor, from its content. Members are written in the order they have. */
export function makeDocument<T>(mediaType: string, content: T): OciDocument<T> {
  const bytes = Buffer.from(JSON.stringify(content));
  return { descriptor: { mediaType, digest: ociDigest(sha256(bytes)), size: bytes.length }, bytes, content };
}

function documentOf<T>(
  schema: z.ZodType<T>,
  mediaType: string,
  bytes: Uint8Array,
  what: string,
): OciDocument<T> {
  const descriptor = { mediaType, digest: ociDigest(sha256(bytes)), size: bytes.length };
  return { descriptor, bytes, content: parse(schema, bytes, what) };
}

/** Where an index leads to a manifest: where it leads at all, or of several the one with its digest. */
function leadingTo(manifest: Uint8Array, index: ImageIndex, what: string): Descriptor {
  const digest = ociDigest(sha256(manifest));
  if (index.manifests.length < 2) return manifestFor(index, undefined, what);
  const named = index.manifests.find((one) => one.digest === digest);
  if (named !== undefined) return named;
  throw new FoundryError('FND_DIGEST_MISMATCH', `${what}: the index leads to no manifest ${digest}`);
}

/** Whoever pulls by a platform goes by the index: of several manifests, each must be for what it says there. */
function requirePlatform(
  { manifests }: ImageIndex,
  { digest, platform }: Descriptor,
  config: ImageConfig,
  what: string,
): void {
  const [named, built] = [platform && platformName(platform), platformName(config)];
  if (manifests.length < 2 || named === built) return;
  throw new FoundryError(
    'FND_BAD_DATA',
    `${what}: the index names ${named ?? 'no platform'} for ${digest}, whose configuration says ${built}`,
  );
}

function requireBytes(descriptor: Descriptor, bytes: Uint8Array | undefined, what: string): void {
  const digest = ociDigest(sha256(bytes ?? ''));
  if (digest === descriptor.digest && bytes?.length === descriptor.size) return;
  throw new FoundryError(
    'FND_DIGEST_MISMATCH',
    `${what}: blob ${descriptor.digest} of ${descriptor.size} bytes is ${digest} of ${bytes?.length ?? 0} bytes`,
  );
}

async function readPart(folder: string, path: string): Promise<Uint8Array> {
  try {
    return await readFile(join(folder, path));
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
    throw new FoundryError('FND_BAD_DATA', `${folder} is no OCI image layout: it has no ${path}`, {
      cause: error,
    });
  }
}

function blobPath(digest: OciDigest): string {
  return join('blobs', 'sha256', hexOf(digest));
}

function parse<T>(schema: z.ZodType<T>, bytes: Uint8Array, what: string): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new FoundryError('FND_BAD_DATA', `${what} has another form than we read: ${reason}`, {
      cause: error,
    });
  }
}
