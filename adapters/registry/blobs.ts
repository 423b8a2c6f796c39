import { openAsBlob } from 'node:fs';
import { type OciDigest, ociDigest, sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { sendToRegistry } from './endpoint.ts';
import { chunksOf, readBody } from './exchange.ts';
import { type Client, repositoryUrl, requireDigest, sameOrigin, subject } from './references.ts';

const BLOB_LIMIT = 2 * 1024 * 1024 * 1024;

/** `Registry.hasBlob`. */
export async function hasBlob(client: Client, repository: string, digest: OciDigest): Promise<boolean> {
  return (await askForBlob(client, 'HEAD', repository, digest, [200, 404])).status === 200;
}

/** `Registry.getBlob`. */
export async function getBlob(client: Client, repository: string, digest: OciDigest): Promise<Uint8Array> {
  const response = await askForBlob(client, 'GET', repository, digest, [200]);
  const what = nameOf(repository, digest);
  const bytes = await readBody(response, subject(client, what), BLOB_LIMIT);
  requireDigest(client, what, bytes, digest);
  return bytes;
}

/** `Registry.openBlob`. */
export async function openBlob(
  client: Client,
  repository: string,
  digest: OciDigest,
): Promise<AsyncIterable<Uint8Array>> {
  const response = await askForBlob(client, 'GET', repository, digest, [200]);
  return chunksOf(response, subject(client, nameOf(repository, digest)));
}

/** `Registry.putBlob`. */
export async function putBlob(client: Client, repository: string, bytes: Uint8Array): Promise<OciDigest> {
  const digest = ociDigest(sha256(bytes));
  await upload(client, repository, digest, bytes);
  return digest;
}

/** `Registry.putBlobFile`. */
export async function putBlobFile(
  client: Client,
  repository: string,
  file: { readonly path: string; readonly digest: OciDigest },
): Promise<void> {
  await upload(client, repository, file.digest, await openAsBlob(file.path));
}

/** `Registry.mountBlob`. */
export async function mountBlob(
  client: Client,
  from: string,
  to: string,
  digest: OciDigest,
): Promise<boolean> {
  if (await hasBlob(client, to, digest)) return true;
  if (!(await hasBlob(client, from, digest))) return false;
  const session = await begin(client, to, digest, from);
  if (session.url === undefined) return await hasBlob(client, to, digest);
  await abandon(client, session);
  return false;
}

/** `Registry.copyBlob`. */
export async function copyBlob(client: Client, from: string, to: string, digest: OciDigest): Promise<void> {
  if (await hasBlob(client, to, digest)) return;
  const session = await begin(client, to, digest, from);
  if (session.url !== undefined) await complete(client, session, digest, await getBlob(client, from, digest));
  else if (!(await hasBlob(client, to, digest))) {
    throw new FoundryError(
      'FND_UNREACHABLE',
      `${subject(client, session.what)}: the registry says that it took the blob from ${from}, and does not have it`,
    );
  }
}

async function askForBlob(
  client: Client,
  method: 'GET' | 'HEAD',
  repository: string,
  digest: OciDigest,
  expect: readonly number[],
): Promise<Response> {
  const url = repositoryUrl(client, repository, `blobs/${digest}`);
  return await sendToRegistry(client.endpoint, { method, url, what: nameOf(repository, digest), expect });
}

function nameOf(repository: string, digest: OciDigest): string {
  return `${repository}@${digest} (blob)`;
}

async function upload(
  client: Client,
  repository: string,
  digest: OciDigest,
  body: Uint8Array | Blob,
): Promise<void> {
  if (await hasBlob(client, repository, digest)) return;
  const session = await begin(client, repository, digest);
  await complete(client, session, digest, body);
}

/** An upload that was begun: where its bytes go, and how errors name it. `url` is undefined when the blob is there already. */
interface Upload {
  readonly url: URL | undefined;
  readonly what: string;
}

/** Begins an upload; with `from`, the registry may take the blob from that repository, and then nothing is to be sent. */
async function begin(client: Client, repository: string, digest: OciDigest, from?: string): Promise<Upload> {
  const what = nameOf(repository, digest);
  const start = repositoryUrl(client, repository, 'blobs/uploads/');
  const url = new URL(start);
  if (from !== undefined) {
    url.searchParams.set('mount', digest);
    url.searchParams.set('from', from);
  }
  const session = await sendToRegistry(client.endpoint, {
    method: 'POST',
    url,
    what,
    expect: from === undefined ? [202] : [201, 202],
    headers: { 'content-length': '0' },
  });
  const location = session.headers.get('location');
  await session.body?.cancel();
  if (session.status === 201) return { url: undefined, what };
  if (location === null) {
    throw new FoundryError('FND_UNREACHABLE', `${subject(client, what)}: the upload has no Location`);
  }
  return { url: sameOrigin(client, new URL(location, start), what), what };
}

/** Says that nothing will come. A registry that does not listen forgets the upload by itself. */
async function abandon(client: Client, { url, what }: Upload): Promise<void> {
  if (url === undefined) return;
  const expect = [200, 202, 204, 404, 405];
  const done = await sendToRegistry(client.endpoint, { method: 'DELETE', url, what, expect });
  await done.body?.cancel();
}

async function complete(
  client: Client,
  { url, what }: Upload,
  digest: OciDigest,
  body: Uint8Array | Blob,
): Promise<void> {
  if (url === undefined) return;
  url.searchParams.set('digest', digest);
  const done = await sendToRegistry(client.endpoint, {
    method: 'PUT',
    url,
    what,
    expect: [201],
    headers: { 'content-type': 'application/octet-stream' },
    body,
  });
  await done.body?.cancel();
}
