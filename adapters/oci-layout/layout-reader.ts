import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hexOf, type OciDigest, ociDigest, sha256 } from '../../domain/digest.ts';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { ifThere } from '../files/if-there.ts';
import type { ImageReader } from '../registry/image-reader.ts';
import type { StoredManifest } from '../registry/manifests.ts';
import { type Descriptor, ImageIndex, ImageManifest, MEDIA_TYPES } from '../registry/oci-types.ts';

const TAG = 'org.opencontainers.image.ref.name';

/** An OCI image layout as images are read from a registry. Repositories have no meaning in it. */
export interface LayoutReader extends ImageReader {
  /** The images in it: every index that `index.json` lists and that is neither attached to another nor a list of what is. */
  readonly images: readonly OciDigest[];
}

/**
 * Opens an OCI image layout (image-spec 1.1, image-layout.md). What is attached to an image is found as `oras` and `regctl` write it: a
 * manifest in `index.json` that names the image as its subject, or an index under the fallback tag. Every blob is checked against the
 * digest that leads to it. Throws FND_BAD_DATA for what is no layout, FND_DIGEST_MISMATCH for other bytes.
 */
export async function openLayout(folder: string): Promise<LayoutReader> {
  const listed = parseIndex(await readRoot(folder), `${folder}/index.json`).manifests;
  const find = async (digest: OciDigest): Promise<Uint8Array | undefined> => await findBlob(folder, digest);
  const get = async (digest: OciDigest): Promise<Uint8Array> => {
    const bytes = await find(digest);
    if (bytes !== undefined) return bytes;
    throw new FoundryError('FND_BAD_DATA', `${folder} is no whole OCI image layout: it has no ${digest}`);
  };
  const referrers = await referrersIn(listed, get, folder);
  return {
    host: folder,
    images: listed
      .filter((one) => one.mediaType === MEDIA_TYPES.index && !isReferrersTag(one))
      .map(({ digest }) => digest),
    async findManifest(_repository, reference) {
      const digest = digestFor(listed, reference);
      const bytes = digest === undefined ? undefined : await find(digest);
      return bytes === undefined || digest === undefined ? undefined : manifestOf(digest, bytes);
    },
    async getManifest(_repository, reference) {
      const digest = digestFor(listed, reference);
      if (digest !== undefined) return manifestOf(digest, await get(digest));
      throw new FoundryError('FND_BAD_DATA', `${folder} has no image ${reference}`);
    },
    getBlob: async (_repository, digest) => await get(digest),
    listReferrers: async (_repository, digest) => [...(referrers.get(digest) ?? [])],
  };
}

async function readRoot(folder: string): Promise<Uint8Array> {
  const bytes = await ifThere(readFile(join(folder, 'index.json')));
  if (bytes !== undefined) return bytes;
  throw new FoundryError('FND_BAD_DATA', `${folder} is no OCI image layout: it has no index.json`);
}

async function findBlob(folder: string, digest: OciDigest): Promise<Uint8Array | undefined> {
  const bytes = await ifThere(readFile(join(folder, 'blobs', 'sha256', hexOf(digest))));
  if (bytes === undefined) return undefined;
  const found = ociDigest(sha256(bytes));
  if (found === digest) return bytes;
  throw new FoundryError('FND_DIGEST_MISMATCH', `${folder}: blob ${digest} holds other bytes, ${found}`);
}

/** All attached manifests by the digest of what they are attached to. */
async function referrersIn(
  listed: readonly Descriptor[],
  get: (digest: OciDigest) => Promise<Uint8Array>,
  folder: string,
): Promise<Map<OciDigest, Descriptor[]>> {
  const found = new Map<OciDigest, Descriptor[]>();
  const add = (subject: OciDigest, descriptor: Descriptor): void => {
    const before = found.get(subject) ?? [];
    if (before.some(({ digest }) => digest === descriptor.digest)) return;
    found.set(subject, [...before, descriptor]);
  };
  for (const descriptor of listed) {
    const { mediaType, digest } = descriptor;
    if (mediaType === MEDIA_TYPES.manifest) {
      const subject = parseManifest(await get(digest), `${folder}: ${digest}`).subject;
      if (subject !== undefined) add(subject.digest, descriptor);
    } else if (isReferrersTag(descriptor)) {
      const subject = descriptor.annotations?.[TAG]?.replace('-', ':') as OciDigest;
      for (const one of parseIndex(await get(digest), `${folder}: ${digest}`).manifests) add(subject, one);
    }
  }
  return found;
}

function isReferrersTag({ annotations }: Descriptor): boolean {
  return /^sha256-[0-9a-f]{64}$/.test(annotations?.[TAG] ?? '');
}

function digestFor(listed: readonly Descriptor[], reference: string): OciDigest | undefined {
  if (reference.includes(':')) return reference as OciDigest;
  return listed.find(({ annotations }) => annotations?.[TAG] === reference)?.digest;
}

function manifestOf(digest: OciDigest, bytes: Uint8Array): StoredManifest {
  const isIndex = 'manifests' in (parseJson(bytes, digest) as object);
  return { digest, bytes, mediaType: isIndex ? MEDIA_TYPES.index : MEDIA_TYPES.manifest };
}

function parseIndex(bytes: Uint8Array, what: string): ImageIndex {
  const parsed = ImageIndex.safeParse(parseJson(bytes, what));
  if (parsed.success) return parsed.data;
  throw new FoundryError('FND_BAD_DATA', `${what} is not an image index`, { cause: parsed.error });
}

function parseManifest(bytes: Uint8Array, what: string): ImageManifest {
  const parsed = ImageManifest.safeParse(parseJson(bytes, what));
  if (parsed.success) return parsed.data;
  throw new FoundryError('FND_BAD_DATA', `${what} is not a manifest`, { cause: parsed.error });
}

function parseJson(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', `${what} is not JSON (${messageOf(cause)})`, { cause });
  }
}
