import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import {
  type Descriptor,
  ImageIndex,
  ImageManifest,
  MEDIA_TYPES,
} from '../../adapters/registry/oci-types.ts';
import type { ImageAddress } from '../../adapters/registry/image-address.ts';
import { hexOf, type OciDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { LockedFile } from '../../domain/pins/lock.ts';
import type { Platform } from '../../domain/pins/variant.ts';
import type { Versions } from '../../domain/pins/versions.ts';
import { bringSignature, type FindSignature } from './base-signature.ts';
import { blobOf, manifestOf, splitImageName } from './image-files.ts';
import type { IngestRun } from './ingest-context.ts';

/** A verified base image: the files of its layers by platform, lowest first. */
export interface BaseImage {
  readonly digest: OciDigest;
  readonly layers: ReadonlyMap<Platform, readonly string[]>;
  /** When it was made, by its configuration; the last of its platforms counts. Null where one does not say. */
  readonly created: Date | null;
}

type Base = Versions['base'];

/** The image of `base` by digest, on its registry. */
function baseAddress(run: Pick<IngestRun, 'openRegistry'>, base: Base, digest: OciDigest): ImageAddress {
  const { host, repository } = splitImageName(base.image);
  return { registry: run.openRegistry(host), repository, digest };
}

/** The digest that the tag of `base` has now. Throws FND_UNRESOLVED when there is no such tag, FND_UNREACHABLE. */
export async function newestBase(run: IngestRun, base: Base): Promise<OciDigest> {
  const { host, repository, tag } = splitImageName(base.image);
  const digest = await run.openRegistry(host).resolveTag(repository, tag);
  if (digest !== undefined) return digest;
  throw new FoundryError('FND_UNRESOLVED', `there is no image ${base.image}`, {
    hint: 'See whether base.image in versions.hcl is still the name of the base image.',
  });
}

/**
 * Contract 2, first step: brings the image index by its digest, verifies its signature, and only then brings what it names for
 * each platform, by digest. Throws FND_DIGEST_MISMATCH, FND_SIGNATURE_REFUSED, FND_BAD_DATA, FND_UNRESOLVED for a platform
 * that the image is not made for.
 */
export async function bringBaseImage(
  run: IngestRun,
  { base, platforms }: Pick<Versions, 'base' | 'platforms'>,
  digest: OciDigest,
  find: FindSignature,
): Promise<BaseImage> {
  const image = baseAddress(run, base, digest);
  const index = await bringDocument(run, image, digest, { kind: 'image-index', platform: null });
  await bringSignature(run, image, base.signer, find);
  const { manifests } = read(ImageIndex, index, `${base.image}@${digest}`);
  const layers = new Map<Platform, readonly string[]>();
  const created: (Date | null)[] = [];
  for (const platform of platforms) {
    const brought = await bringPlatform(run, image, platform, manifests);
    layers.set(platform, brought.layers);
    created.push(brought.created);
  }
  run.passed('base-image', `${digest}, signed by ${base.signer.identity}`);
  return { digest, layers, created: newestOf(created) };
}

function newestOf(moments: readonly (Date | null)[]): Date | null {
  const known = moments.filter((moment) => moment !== null);
  if (known.length < moments.length || known.length === 0) return null;
  return new Date(Math.max(...known.map((moment) => moment.getTime())));
}

/** What of an image's configuration we read. */
const Configuration = z.object({ created: z.iso.datetime({ offset: true }).optional() });

async function createdOf(path: string, what: string): Promise<Date | null> {
  try {
    const { created } = Configuration.parse(JSON.parse(await readFile(path, 'utf8')));
    return created === undefined ? null : new Date(created);
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', `${what} is not the configuration of an image`, { cause });
  }
}

async function bringPlatform(
  run: IngestRun,
  image: ImageAddress,
  platform: Platform,
  manifests: readonly Descriptor[],
): Promise<{ layers: string[]; created: Date | null }> {
  const described = manifests.find(
    (manifest) => `${manifest.platform?.os}/${manifest.platform?.architecture}` === platform,
  );
  if (described === undefined) {
    throw new FoundryError('FND_UNRESOLVED', `the base image ${image.digest} is not made for ${platform}`, {
      hint: 'Remove the platform from versions.hcl, or choose a base image that has it.',
    });
  }
  const text = await bringDocument(run, image, described.digest, { kind: 'image-manifest', platform });
  const manifest = read(ImageManifest, text, `${image.repository}@${described.digest}`);
  const config = await bringBlob(run, image, manifest.config, { kind: 'image-config', platform });
  const layers: string[] = [];
  for (const layer of manifest.layers) {
    layers.push(await bringBlob(run, image, layer, { kind: 'image-layer', platform }));
  }
  return { layers, created: await createdOf(config, `${image.repository}@${manifest.config.digest}`) };
}

type Role = Pick<LockedFile, 'kind' | 'platform'>;

async function bringDocument(
  run: IngestRun,
  image: ImageAddress,
  digest: OciDigest,
  role: Role,
): Promise<string> {
  const { url, fetch } = manifestOf(image, digest);
  const mediaType = role.kind === 'image-index' ? MEDIA_TYPES.index : MEDIA_TYPES.manifest;
  const entry = { ...role, name: 'base', url, mediaType } as const;
  const { path } = await run.supply.bring({ entry, sha256: hexOf(digest), fetch });
  return readFile(path, 'utf8');
}

async function bringBlob(run: IngestRun, image: ImageAddress, blob: Descriptor, role: Role): Promise<string> {
  const { url, fetch } = blobOf(image, blob.digest);
  const entry = { ...role, name: 'base', url, mediaType: blob.mediaType } as const;
  return (await run.supply.bring({ entry, sha256: hexOf(blob.digest), fetch })).path;
}

/** Only OCI's own media types: what a document is must be told by the document, not by who serves it. */
function read<T extends { mediaType?: string | undefined }>(
  schema: z.ZodType<T>,
  text: string,
  what: string,
): T {
  let cause: unknown;
  try {
    const document = schema.parse(JSON.parse(text));
    const { mediaType } = document;
    if (mediaType === undefined || mediaType === MEDIA_TYPES.index || mediaType === MEDIA_TYPES.manifest) {
      return document;
    }
  } catch (error) {
    cause = error;
  }
  throw new FoundryError('FND_BAD_DATA', `${what} is not what an OCI image index names there`, { cause });
}
