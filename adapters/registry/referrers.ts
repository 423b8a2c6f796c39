import type { OciDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { sendToRegistry } from './endpoint.ts';
import { readBody } from './exchange.ts';
import { findManifest } from './manifests.ts';
import { type Descriptor, ImageIndex, MEDIA_TYPES } from './oci-types.ts';
import { type Client, repositoryUrl, subject } from './references.ts';

const LIST_LIMIT = 4 * 1024 * 1024;

/** The tag that lists what refers to a manifest, where the registry does not (distribution specification 1.1, referrers tag schema). */
export function referrersTag(digest: OciDigest): string {
  return digest.replace(':', '-');
}

/** `Registry.listReferrers`. Both lists are read: a registry that has the API may have come by it after somebody wrote the tag. */
export async function listReferrers(
  client: Client,
  repository: string,
  digest: OciDigest,
): Promise<Descriptor[]> {
  const tag = referrersTag(digest);
  const tagged = await findManifest(client, repository, tag);
  const all = [
    ...(await askReferrersApi(client, repository, digest)),
    ...(tagged === undefined ? [] : parseList(tagged.bytes, subject(client, `${repository}:${tag}`))),
  ];
  return [...new Map(all.map((descriptor) => [descriptor.digest, descriptor])).values()];
}

async function askReferrersApi(
  client: Client,
  repository: string,
  digest: OciDigest,
): Promise<readonly Descriptor[]> {
  const what = `${repository}@${digest} (referrers)`;
  const response = await sendToRegistry(client.endpoint, {
    method: 'GET',
    url: repositoryUrl(client, repository, `referrers/${digest}`),
    what,
    expect: [200, 404],
    headers: { accept: MEDIA_TYPES.index },
  });
  if (response.status === 200)
    return parseList(await readBody(response, subject(client, what), LIST_LIMIT), subject(client, what));
  await response.body?.cancel();
  return [];
}

function parseList(bytes: Uint8Array, what: string): readonly Descriptor[] {
  try {
    return ImageIndex.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))).manifests;
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', `${what} is not an image index`, { cause });
  }
}
