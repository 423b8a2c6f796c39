import { FoundryError } from '../../domain/errors.ts';
import { type Authorization, authorize, permissionError, withoutSecrets } from './authorization.ts';
import { ANONYMOUS, type Login } from './credentials.ts';
import { exchange, type Patience } from './exchange.ts';
import { isLoopback } from './this-machine.ts';

/** Where a registry listens, and who we are there. `host` is `name[:port]` as in an image reference. */
export interface RegistryEndpoint extends Patience {
  readonly host: string;
  /** HTTP without TLS; allowed for loopback hosts only. */
  readonly plainHttp?: boolean;
  /** Who we are where the registry wants to know. Default nobody. */
  readonly login?: Login;
}

/** One HTTP request to a registry. `what` names repository and reference for errors. */
export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly what: string;
  /** Statuses that are an answer; any other throws. */
  readonly expect: readonly number[];
  readonly headers?: Readonly<Record<string, string>>;
  /** A blob backed by a file is sent as it is read, never held in memory. */
  readonly body?: Uint8Array | Blob;
}

/** The base address of a registry. Throws FND_BAD_INPUT for plain HTTP to anything but a loopback host. */
export function registryOrigin(endpoint: RegistryEndpoint): URL {
  const scheme = endpoint.plainHttp === true ? 'http' : 'https';
  let origin: URL;
  try {
    origin = new URL(`${scheme}://${endpoint.host}/`);
  } catch (cause) {
    throw new FoundryError('FND_BAD_INPUT', `${endpoint.host} is not a registry host`, { cause });
  }
  if (origin.pathname !== '/' || origin.username !== '') {
    throw new FoundryError('FND_BAD_INPUT', `${endpoint.host} is not a registry host`);
  }
  if (scheme === 'http' && !isLoopback(origin.hostname)) {
    throw new FoundryError(
      'FND_BAD_INPUT',
      `registry ${endpoint.host}: plain HTTP is for loopback hosts only`,
      { hint: 'Use a registry with TLS.' },
    );
  }
  return origin;
}

/** What opened a registry, by what was done with which repository. It lives as long as the client does. */
const OPENED = new WeakMap<RegistryEndpoint, Map<string, Authorization>>();

/**
 * Sends one request and returns the answer when its status is expected. Where the registry wants to know who asks, it is told, and the
 * request is sent once more: with the credentials of the endpoint's login for this host, and without any as everybody who reads.
 * Throws FND_PERMISSION when it refuses us, FND_UNREACHABLE for any other answer, naming host, subject and status, and what
 * {@link authorize} throws; there is no other retry here, the caller's retry policy is the only one.
 */
export async function sendToRegistry(
  endpoint: RegistryEndpoint,
  request: RegistryRequest,
): Promise<Response> {
  const { host, login = ANONYMOUS, ...patience } = endpoint;
  const name = `registry ${host}: ${request.method} ${request.what}`;
  const opened = openedOf(endpoint);
  const repository = repositoryOf(request.url);
  const isWriting = request.method !== 'GET' && request.method !== 'HEAD';
  // What reads is not tried for writing: some registries answer that with a final no, and not with what they want.
  const key = `${isWriting ? 'write' : 'read'} ${repository}`;
  const send = async (authorization: Authorization | undefined): Promise<Response> =>
    await exchange(endpoint, name, request.url, {
      method: request.method,
      headers: {
        ...request.headers,
        ...(authorization === undefined ? {} : { authorization: authorization.header }),
      },
      ...(request.body === undefined ? {} : { body: request.body as Uint8Array<ArrayBuffer> | Blob }),
    });
  let authorization = opened.get(key);
  let response = await send(authorization);
  if (response.status === 401 && isOwnAnswer(response, request.url)) {
    const wanted = await authorize(
      { ...patience, host, login, name, writesTo: isWriting && repository !== '' ? repository : undefined },
      response.headers.get('www-authenticate'),
    );
    if (wanted !== undefined) {
      await response.body?.cancel();
      authorization = wanted;
      opened.set(key, wanted);
      response = await send(wanted);
    }
  }
  if (request.expect.includes(response.status)) return response;
  const text = (await response.text().catch(() => '')).trim();
  const said = withoutSecrets(text, authorization).slice(0, 300);
  const { status } = response;
  if (status === 401 || status === 403)
    throw permissionError({ name, host }, status, authorization?.credentials, said);
  throw new FoundryError('FND_UNREACHABLE', `${name}: status ${status}${said === '' ? '' : `: ${said}`}`);
}

/** Whether the registry itself answered, and not a host that it redirected us to: only the registry is told who we are. */
function isOwnAnswer(response: Response, asked: URL): boolean {
  return new URL(response.url).origin === asked.origin;
}

function openedOf(endpoint: RegistryEndpoint): Map<string, Authorization> {
  const known = OPENED.get(endpoint) ?? new Map<string, Authorization>();
  OPENED.set(endpoint, known);
  return known;
}

/** The repository that an address of the distribution specification is of; one of the registry as a whole has none. */
function repositoryOf({ pathname }: URL): string {
  return /^\/v2\/(?<name>.+)\/(?:manifests|blobs|tags|referrers)\//.exec(pathname)?.groups?.['name'] ?? '';
}
