import { Readable } from 'node:stream';
import type { Artifact } from '../../domain/artifact.ts';
import { hexOf, ociDigest, parseSha256, sha256, type Sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { EMPTY_CONFIG, ImageManifest, MEDIA_TYPES } from '../registry/oci-types.ts';
import type { Registry } from '../registry/registry.ts';
import { type ArtifactStore, type Content, damaged, missing, type StoredArtifact } from './artifact-store.ts';
import { type Measured, measure, piecesOf, verifying } from './hashing.ts';
import { through, writeVerified } from './verified-read.ts';

const ARTIFACT_TYPE = 'application/vnd.wolfi-openssl-fips.store.entry.v1';
const ENTRY = /^[0-9a-f]{64}$/;
const REPAIR =
  'A registry keeps what it has under a digest. Remove the entry, let the registry collect its garbage, and put the bytes again.';

/** Where the entries are. */
export interface OciPlace {
  readonly registry: Registry;
  readonly repository: string;
}

/**
 * A store in a repository of an OCI registry, so that workers on different machines need no shared disk. An entry is a blob and
 * a manifest that names it; the manifest's tag is the digest in hex. The manifest keeps the blob from the registry's garbage
 * collector, and comes last: an entry is there when its blob is. A damaged entry cannot be replaced over the protocol: `put`
 * then throws FND_DIGEST_MISMATCH, and the hint says how it is repaired.
 */
export function openOciStore(place: OciPlace): ArtifactStore {
  return {
    has: async (digest) => (await place.registry.resolveTag(place.repository, digest)) !== undefined,
    put: (content, mediaType) => put(place, content, mediaType),
    openRead: (digest) => openRead(place, digest),
    fetchTo: async (digest, path) => writeVerified(await openRead(place, digest), path),
    list: () => list(place),
    remove: (digest) => remove(place, digest),
  };
}

async function put(place: OciPlace, content: Content, mediaType: string): Promise<Artifact> {
  const { registry, repository } = place;
  const measured = await measure(piecesOf(content));
  const { digest, size } = measured;
  if (await registry.hasBlob(repository, ociDigest(digest))) await requireGoodBlob(place, digest);
  else if (content instanceof Uint8Array) await registry.putBlob(repository, content);
  else await registry.putBlobFile(repository, { path: content.file, digest: ociDigest(digest) });
  await registry.putBlob(repository, EMPTY_CONFIG);
  await registry.putManifest(repository, digest, MEDIA_TYPES.manifest, manifestOf(measured));
  return { digest, size, mediaType };
}

/** The same for the same bytes, whoever puts them. */
function manifestOf({ digest, size }: Measured): Uint8Array {
  const config = {
    mediaType: MEDIA_TYPES.empty,
    digest: ociDigest(sha256(EMPTY_CONFIG)),
    size: EMPTY_CONFIG.length,
  };
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.manifest,
      artifactType: ARTIFACT_TYPE,
      config,
      layers: [{ mediaType: 'application/octet-stream', digest: ociDigest(digest), size }],
    }),
  );
}

async function requireGoodBlob(place: OciPlace, digest: Sha256): Promise<void> {
  const found = await measure(await place.registry.openBlob(place.repository, ociDigest(digest)));
  if (found.digest !== digest) throw damaged(digest, found.digest, blobName(place, digest), REPAIR);
}

async function openRead(place: OciPlace, digest: Sha256): Promise<Readable> {
  const { registry, repository } = place;
  if ((await readEntry(place, digest)) === undefined) throw missing(digest, `${registry.host}/${repository}`);
  const pieces = await registry.openBlob(repository, ociDigest(digest));
  const check = verifying(digest, (found) => damaged(digest, found, blobName(place, digest), REPAIR));
  return through(Readable.from(pieces), check);
}

async function readEntry(place: OciPlace, digest: Sha256): Promise<StoredArtifact | undefined> {
  const found = await place.registry.findManifest(place.repository, digest);
  if (found === undefined) return undefined;
  const layer = parseManifest(found.bytes)?.layers[0];
  if (layer !== undefined && hexOf(layer.digest) === digest) return { digest, size: layer.size };
  throw new FoundryError(
    'FND_BAD_DATA',
    `${place.registry.host}/${place.repository}:${digest} is not an entry of a store`,
    { hint: 'Give the store a repository of its own.' },
  );
}

function parseManifest(bytes: Uint8Array): ImageManifest | undefined {
  try {
    return ImageManifest.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return undefined;
  }
}

async function list(place: OciPlace): Promise<StoredArtifact[]> {
  const tags = await place.registry.listTags(place.repository);
  const entries: StoredArtifact[] = [];
  for (const tag of tags.filter((name) => ENTRY.test(name)).toSorted()) {
    const entry = await readEntry(place, parseSha256(tag, place.repository));
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

async function remove({ registry, repository }: OciPlace, digest: Sha256): Promise<void> {
  const manifest = await registry.resolveTag(repository, digest);
  if (manifest !== undefined) await registry.deleteManifest(repository, manifest);
}

function blobName({ registry, repository }: OciPlace, digest: Sha256): string {
  return `${registry.host}/${repository}@${ociDigest(digest)}`;
}
