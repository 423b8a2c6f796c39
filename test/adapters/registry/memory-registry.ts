import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRegistry, type Registry } from '../../../adapters/registry/registry.ts';
import { MEDIA_TYPES } from '../../../adapters/registry/oci-types.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';
import { type InProcessRegistry, startInProcessRegistry } from './in-process-registry.ts';

interface KeptManifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** What one repository of a registry in memory holds, open to tests. */
interface MemoryRepository {
  readonly blobs: Map<string, Buffer>;
  readonly manifests: Map<string, KeptManifest>;
  readonly tags: Map<string, string>;
}

/** A request as a test sees it that comes between; `path` is what follows `/v2/`. */
interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
}

/** A registry in memory that works, and does what a test says instead wherever the test comes between. */
export interface MemoryRegistry extends InProcessRegistry {
  readonly client: Registry;
  /** A repository, made when it is not there. */
  repository(name: string): MemoryRepository;
  /** Called with every request before it is answered; a status from it is the answer. */
  interfere: (request: SeenRequest) => number | undefined;
}

/** How a registry in memory is. */
interface Abilities {
  /** Whether it mounts blobs of other repositories. Default true. */
  readonly canMount?: boolean;
  /** Whether it has the referrers API. Default false. */
  readonly hasReferrers?: boolean;
}

type Place = MemoryRepository & { readonly name: string };

/** Starts one on a free loopback port. */
export async function startMemoryRegistry(abilities: Abilities = {}): Promise<MemoryRegistry> {
  const repositories = new Map<string, MemoryRepository>();
  const repository = (name: string): MemoryRepository => {
    const found = repositories.get(name) ?? { blobs: new Map(), manifests: new Map(), tags: new Map() };
    repositories.set(name, found);
    return found;
  };
  const server = await startInProcessRegistry((request, body, response) => {
    const path = decodeURIComponent(request.url ?? '').replace('/v2/', '');
    const status = memory.interfere({ method: request.method ?? '', path, body });
    if (status !== undefined) response.writeHead(status).end();
    else answer({ request, body, response, path }, repository, abilities);
  });
  const memory: MemoryRegistry = {
    ...server,
    client: createRegistry({ host: server.host, plainHttp: true }),
    repository,
    interfere: () => undefined,
  };
  return memory;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly body: Buffer;
  readonly response: ServerResponse;
  readonly path: string;
}

function answer(
  exchange: Exchange,
  repository: (name: string) => MemoryRepository,
  abilities: Abilities,
): void {
  const [, name = '', kind, rest = ''] =
    /^(.+)\/(blobs\/uploads|blobs|manifests|tags|referrers)\/(.*)$/.exec(exchange.path) ?? [];
  const place = { ...repository(name), name };
  if (kind === 'blobs/uploads')
    upload(exchange, place, rest, abilities.canMount === false ? undefined : repository);
  else if (kind === 'blobs') send(exchange, place.blobs.get(rest));
  else if (kind === 'manifests') manifest(exchange, place, rest);
  else if (kind === 'tags') exchange.response.end(JSON.stringify({ name, tags: [...place.tags.keys()] }));
  else if (kind === 'referrers' && abilities.hasReferrers === true) referrers(exchange, place, rest);
  else exchange.response.writeHead(404).end();
}

function upload(
  { request, body, response }: Exchange,
  place: Place,
  rest: string,
  others: ((name: string) => MemoryRepository) | undefined,
): void {
  const query = new URLSearchParams(rest.slice(rest.indexOf('?') + 1));
  const [mount, from, digest] = [query.get('mount'), query.get('from'), query.get('digest')];
  const mounted = mount === null || from === null ? undefined : others?.(from).blobs.get(mount);
  if (request.method === 'DELETE') response.writeHead(204).end();
  else if (request.method === 'POST' && mount !== null && mounted !== undefined) {
    place.blobs.set(mount, mounted);
    response.writeHead(201).end();
  } else if (request.method === 'POST') {
    response.writeHead(202, { location: `/v2/${place.name}/blobs/uploads/1` }).end();
  } else if (digest === ociDigest(sha256(body))) {
    place.blobs.set(digest, body);
    response.writeHead(201).end();
  } else response.writeHead(400).end();
}

function manifest({ request, body, response }: Exchange, place: Place, reference: string): void {
  const digest = reference.includes(':') ? reference : (place.tags.get(reference) ?? '');
  if (request.method === 'PUT') {
    const put = ociDigest(sha256(body));
    place.manifests.set(put, { mediaType: request.headers['content-type'] ?? '', bytes: body });
    if (!reference.includes(':')) place.tags.set(reference, put);
    response.writeHead(201, { 'docker-content-digest': put }).end();
    return;
  }
  const found = place.manifests.get(digest);
  if (found === undefined) response.writeHead(404).end();
  else if (request.method === 'DELETE') {
    const gone = [...place.tags].filter(
      ([tag, at]) => tag === reference || (reference === digest && at === digest),
    );
    for (const [tag] of gone) place.tags.delete(tag);
    if (reference === digest) place.manifests.delete(digest);
    response.writeHead(202).end();
  } else {
    response.writeHead(200, { 'content-type': found.mediaType, 'docker-content-digest': digest });
    response.end(request.method === 'HEAD' ? undefined : found.bytes);
  }
}

function referrers({ response }: Exchange, place: Place, subject: string): void {
  const manifests = [...place.manifests].flatMap(([digest, { mediaType, bytes }]) => {
    const content = JSON.parse(bytes.toString('utf8')) as { subject?: { digest: string } };
    return content.subject?.digest === subject ? [{ mediaType, digest, size: bytes.length }] : [];
  });
  response.end(JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests }));
}

function send({ request, response }: Exchange, bytes: Buffer | undefined): void {
  if (bytes === undefined) response.writeHead(404).end();
  else response.end(request.method === 'HEAD' ? undefined : bytes);
}
