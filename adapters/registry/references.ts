import { type OciDigest, ociDigest, parseOciDigest, sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { RegistryEndpoint } from './endpoint.ts';

const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;

/** An opened registry: where it is, and its base address. */
export interface Client {
  readonly endpoint: RegistryEndpoint;
  readonly origin: URL;
}

/** The address of `path` in a repository. Throws FND_BAD_INPUT for a name the distribution specification does not allow. */
export function repositoryUrl(client: Client, repository: string, path: string): URL {
  if (!REPOSITORY.test(repository)) {
    throw new FoundryError('FND_BAD_INPUT', `${JSON.stringify(repository)} is not a repository name`);
  }
  return new URL(`v2/${repository}/${path}`, client.origin);
}

/** The address of a manifest by tag or digest. Throws FND_BAD_INPUT for anything else. */
export function manifestUrl(client: Client, repository: string, reference: string): URL {
  if (reference.includes(':')) parseOciDigest(reference, `${repository}@${reference}`);
  else if (!TAG.test(reference)) {
    throw new FoundryError('FND_BAD_INPUT', `${JSON.stringify(reference)} is not a tag`);
  }
  return repositoryUrl(client, repository, `manifests/${reference}`);
}

/** Whether a checked reference is a digest and not a tag: a tag has no colon. */
export function isDigest(reference: string): boolean {
  return reference.includes(':');
}

/** How errors name the thing: the registry, then repository and reference. */
export function subject(client: Client, what: string): string {
  return `registry ${client.endpoint.host}: ${what}`;
}

/** Throws FND_DIGEST_MISMATCH unless the bytes have the promised digest. */
export function requireDigest(client: Client, what: string, bytes: Uint8Array, promised: string): void {
  const found: OciDigest = ociDigest(sha256(bytes));
  if (found === promised) return;
  throw new FoundryError(
    'FND_DIGEST_MISMATCH',
    `${subject(client, what)}: promised ${promised}, the bytes are ${found} (${bytes.byteLength} bytes)`,
  );
}

/**
 * Passes an address the registry sent us if it stays on the registry.
 * Throws FND_UNREACHABLE otherwise: a registry must not direct our uploads to another host.
 */
export function sameOrigin(client: Client, url: URL, what: string): URL {
  if (url.origin === client.origin.origin) return url;
  throw new FoundryError(
    'FND_UNREACHABLE',
    `${subject(client, what)}: the registry points to another host, ${url.origin}`,
  );
}
