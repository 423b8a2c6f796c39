import type { OciDigest } from '../../domain/digest.ts';
import { copyBlob, getBlob, hasBlob, mountBlob, openBlob, putBlob, putBlobFile } from './blobs.ts';
import type { Login } from './credentials.ts';
import { type RegistryEndpoint, registryOrigin, sendToRegistry } from './endpoint.ts';
import {
  deleteManifest,
  deleteTag,
  findManifest,
  getManifest,
  putManifest,
  resolveTag,
  type StoredManifest,
} from './manifests.ts';
import type { Descriptor } from './oci-types.ts';
import type { Client } from './references.ts';
import { listReferrers } from './referrers.ts';
import { listTags } from './tags.ts';
import { isOnThisMachine } from './this-machine.ts';

/**
 * A client of one registry (OCI distribution specification v1.1).
 * Every byte read is checked against its digest, but for `openBlob`. All methods throw FND_UNREACHABLE when the registry gives no usable answer,
 * FND_PERMISSION when it refuses us, what its login throws, FND_DIGEST_MISMATCH when bytes are not what the digest promised, FND_BAD_INPUT for a name the specification does not allow.
 */
export interface Registry {
  readonly host: string;
  /** Resolves when the registry answers on its base address. */
  ping(): Promise<void>;
  hasBlob(repository: string, digest: OciDigest): Promise<boolean>;
  getBlob(repository: string, digest: OciDigest): Promise<Uint8Array>;
  /** Uploads a blob in one piece, unless the repository holds it. */
  putBlob(repository: string, bytes: Uint8Array): Promise<OciDigest>;
  /** Like putBlob, from a file of known digest and without holding it in memory; the registry checks the digest. */
  putBlobFile(repository: string, file: { readonly path: string; readonly digest: OciDigest }): Promise<void>;
  /**
   * Makes a blob of one repository one of another where the registry does it by itself, and says whether it is there now. No bytes go
   * through us: when it is not there, whoever has them puts them.
   */
  mountBlob(from: string, to: string, digest: OciDigest): Promise<boolean>;
  /** Makes a blob of one repository one of another: the registry does it by itself where it can, else the bytes go through us. */
  copyBlob(from: string, to: string, digest: OciDigest): Promise<void>;
  /** The bytes of a blob as they come. The one method that does not check them: whoever reads must. */
  openBlob(repository: string, digest: OciDigest): Promise<AsyncIterable<Uint8Array>>;
  /** The digest a tag or digest reference has now, or undefined when there is no such manifest. */
  resolveTag(repository: string, reference: string): Promise<OciDigest | undefined>;
  getManifest(repository: string, reference: string): Promise<StoredManifest>;
  /** Like getManifest, but undefined when there is no such manifest. */
  findManifest(repository: string, reference: string): Promise<StoredManifest | undefined>;
  putManifest(
    repository: string,
    reference: string,
    mediaType: string,
    bytes: Uint8Array,
  ): Promise<OciDigest>;
  /** Removes a manifest and with it every tag that names it. It is no error when there is none. */
  deleteManifest(repository: string, digest: OciDigest): Promise<void>;
  /** Removes one tag and leaves its manifest. It is no error when there is none. Some registries cannot: FND_UNREACHABLE. */
  deleteTag(repository: string, tag: string): Promise<void>;
  /**
   * The manifests that say that they refer to this one: those that the registry's referrers API lists, and those of the fallback tag
   * `sha256-<hex>` (distribution specification 1.1). None when there are none. Throws FND_BAD_DATA for a list that is no image index.
   */
  listReferrers(repository: string, digest: OciDigest): Promise<Descriptor[]>;
  /** All tags in the registry's order; none for a repository that does not exist. */
  listTags(repository: string): Promise<string[]>;
}

/**
 * Opens the registry that an image name begins with: over TLS, but for one on this machine. `login` says who we are where it wants to know.
 * Nothing is sent yet.
 */
export function openRegistry(host: string, login: Login, signal?: AbortSignal): Registry {
  return createRegistry({
    host,
    login,
    plainHttp: isOnThisMachine(host),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Opens a client; nothing is sent yet. Throws FND_BAD_INPUT for plain HTTP to a host that is not loopback. */
export function createRegistry(endpoint: RegistryEndpoint): Registry {
  const client = { endpoint, origin: registryOrigin(endpoint) };
  return {
    host: endpoint.host,
    ping: () => ping(client),
    hasBlob: (repository, digest) => hasBlob(client, repository, digest),
    getBlob: (repository, digest) => getBlob(client, repository, digest),
    putBlob: (repository, bytes) => putBlob(client, repository, bytes),
    putBlobFile: (repository, file) => putBlobFile(client, repository, file),
    mountBlob: (from, to, digest) => mountBlob(client, from, to, digest),
    copyBlob: (from, to, digest) => copyBlob(client, from, to, digest),
    openBlob: (repository, digest) => openBlob(client, repository, digest),
    resolveTag: (repository, reference) => resolveTag(client, repository, reference),
    getManifest: (repository, reference) => getManifest(client, repository, reference),
    findManifest: (repository, reference) => findManifest(client, repository, reference),
    putManifest: (repository, reference, mediaType, bytes) =>
      putManifest(client, repository, reference, mediaType, bytes),
    deleteManifest: (repository, digest) => deleteManifest(client, repository, digest),
    deleteTag: (repository, tag) => deleteTag(client, repository, tag),
    listReferrers: (repository, digest) => listReferrers(client, repository, digest),
    listTags: (repository) => listTags(client, repository),
  };
}

async function ping({ endpoint, origin }: Client): Promise<void> {
  await sendToRegistry(endpoint, {
    method: 'GET',
    url: new URL('v2/', origin),
    what: '/v2/',
    expect: [200],
  });
}
