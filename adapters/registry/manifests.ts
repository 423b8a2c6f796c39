import { type OciDigest, ociDigest, parseOciDigest, sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { sendToRegistry } from './endpoint.ts';
import { readBody } from './exchange.ts';
import { MEDIA_TYPES } from './oci-types.ts';
import { type Client, isDigest, manifestUrl, requireDigest, subject } from './references.ts';

/** The size the distribution specification asks registries to accept for a manifest; we read no larger one. */
const MANIFEST_LIMIT = 4 * 1024 * 1024;

const ACCEPT_MANIFESTS = [
  MEDIA_TYPES.index,
  MEDIA_TYPES.manifest,
  MEDIA_TYPES.dockerManifestList,
  MEDIA_TYPES.dockerManifest,
].join(', ');

/** A manifest as the registry holds it: the bytes are what the digest is of, so they are kept as they came. */
export interface StoredManifest {
  readonly digest: OciDigest;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** `Registry.resolveTag`. */
export async function resolveTag(
  client: Client,
  repository: string,
  reference: string,
): Promise<OciDigest | undefined> {
  const what = `${repository}:${reference}`;
  const response = await sendToRegistry(client.endpoint, {
    method: 'HEAD',
    url: manifestUrl(client, repository, reference),
    what,
    expect: [200, 404],
    headers: { accept: ACCEPT_MANIFESTS },
  });
  if (response.status === 404) return undefined;
  const digest = response.headers.get('docker-content-digest');
  if (digest !== null) return parseOciDigest(digest, `${subject(client, what)}: Docker-Content-Digest`);
  return (await getManifest(client, repository, reference)).digest;
}

/** `Registry.getManifest`. */
export async function getManifest(
  client: Client,
  repository: string,
  reference: string,
): Promise<StoredManifest> {
  const found = await findManifest(client, repository, reference);
  if (found !== undefined) return found;
  throw new FoundryError(
    'FND_UNREACHABLE',
    `${subject(client, `GET ${repository}:${reference}`)}: status 404: there is no such manifest`,
  );
}

/** `Registry.findManifest`. */
export async function findManifest(
  client: Client,
  repository: string,
  reference: string,
): Promise<StoredManifest | undefined> {
  const what = `${repository}:${reference}`;
  const response = await sendToRegistry(client.endpoint, {
    method: 'GET',
    url: manifestUrl(client, repository, reference),
    what,
    expect: [200, 404],
    headers: { accept: ACCEPT_MANIFESTS },
  });
  if (response.status === 404) {
    await response.body?.cancel();
    return undefined;
  }
  const bytes = await readBody(response, subject(client, what), MANIFEST_LIMIT);
  const digest = ociDigest(sha256(bytes));
  const promised = isDigest(reference) ? reference : response.headers.get('docker-content-digest');
  if (promised !== null) requireDigest(client, what, bytes, promised);
  const mediaType = (response.headers.get('content-type') ?? '').split(';')[0]?.trim() ?? '';
  return { digest, mediaType, bytes };
}

/** `Registry.putManifest`. */
export async function putManifest(
  client: Client,
  repository: string,
  reference: string,
  mediaType: string,
  bytes: Uint8Array,
): Promise<OciDigest> {
  const what = `${repository}:${reference}`;
  const digest = ociDigest(sha256(bytes));
  if (isDigest(reference)) requireDigest(client, what, bytes, reference);
  const response = await sendToRegistry(client.endpoint, {
    method: 'PUT',
    url: manifestUrl(client, repository, reference),
    what,
    expect: [201],
    headers: { 'content-type': mediaType },
    body: bytes,
  });
  await response.body?.cancel();
  const stored = response.headers.get('docker-content-digest');
  if (stored !== null) requireDigest(client, what, bytes, stored);
  return digest;
}

/** `Registry.deleteManifest`. */
export async function deleteManifest(client: Client, repository: string, digest: OciDigest): Promise<void> {
  const response = await sendToRegistry(client.endpoint, {
    method: 'DELETE',
    url: manifestUrl(client, repository, digest),
    what: `${repository}@${digest}`,
    expect: [202, 404],
  });
  await response.body?.cancel();
}

/** `Registry.deleteTag`. */
export async function deleteTag(client: Client, repository: string, tag: string): Promise<void> {
  const what = `${repository}:${tag}`;
  if (isDigest(tag)) throw new FoundryError('FND_BAD_INPUT', `${what} is not a tag`);
  const response = await sendToRegistry(client.endpoint, {
    method: 'DELETE',
    url: manifestUrl(client, repository, tag),
    what,
    expect: [202, 404],
  });
  await response.body?.cancel();
}
