import { FoundryError, messageOf } from '../../domain/errors.ts';
import { MOST_TOKEN_BYTES, readChallenge, readToken, tokenAddress } from './bearer.ts';

const DEFAULT_TIMEOUT_MS = 120_000;

/** Where a registry listens. `host` is `name[:port]` as in an image reference. */
export interface RegistryEndpoint {
  readonly host: string;
  /** HTTP without TLS; allowed for loopback hosts only. */
  readonly plainHttp?: boolean;
  readonly signal?: AbortSignal;
  /** The longest that one request may take, in milliseconds. Default two minutes. */
  readonly timeoutMs?: number;
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

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Whether a registry, named as `host[:port]`, is on this machine: there, and only there, it may be without TLS. */
export function isOnThisMachine(host: string): boolean {
  return isLoopback(host.replace(/:\d+$/, ''));
}

/** The tokens that a registry's token server gave, by repository. They live as long as the client does. */
const TOKENS = new WeakMap<RegistryEndpoint, Map<string, string>>();

/**
 * Sends one request and returns the answer when its status is expected. Where the registry wants a token, one is asked for without
 * credentials, as public registries give it to everybody who reads, and the request is sent once more.
 * Throws FND_UNREACHABLE, naming host, subject and status, and FND_BAD_DATA for a token server that is none; there is no other retry here,
 * the caller's retry policy is the only one.
 */
export async function sendToRegistry(
  endpoint: RegistryEndpoint,
  request: RegistryRequest,
): Promise<Response> {
  const name = `registry ${endpoint.host}: ${request.method} ${request.what}`;
  const tokens = tokensOf(endpoint);
  const key = repositoryOf(request.url);
  const send = async (token: string | undefined): Promise<Response> =>
    await ask(endpoint, name, request.url, {
      method: request.method,
      headers: { ...request.headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      ...(request.body === undefined ? {} : { body: request.body as Uint8Array<ArrayBuffer> | Blob }),
    });
  let response = await send(tokens.get(key));
  const challenge =
    response.status === 401
      ? readChallenge(response.headers.get('www-authenticate'), isLoopback, endpoint.host)
      : undefined;
  if (challenge !== undefined) {
    await response.body?.cancel();
    const token = await askForToken(endpoint, name, tokenAddress(challenge));
    tokens.set(key, token);
    response = await send(token);
  }
  if (request.expect.includes(response.status)) return response;
  const said = (await response.text().catch(() => '')).trim().slice(0, 300);
  throw new FoundryError(
    'FND_UNREACHABLE',
    `${name}: status ${response.status}${said === '' ? '' : `: ${said}`}`,
    response.status === 401 || response.status === 403
      ? { hint: 'The registry wants credentials, and the foundry has none to give: see docs/profiles.md.' }
      : {},
  );
}

async function askForToken(endpoint: RegistryEndpoint, name: string, url: URL): Promise<string> {
  const what = `${name}: token of ${url.host}`;
  const response = await ask(endpoint, what, url, { method: 'GET' });
  if (!response.ok) throw new FoundryError('FND_UNREACHABLE', `${what}: status ${response.status}`);
  return readToken(await readBody(response, what, MOST_TOKEN_BYTES), what);
}

async function ask(endpoint: RegistryEndpoint, name: string, url: URL, init: RequestInit): Promise<Response> {
  const timeout = AbortSignal.timeout(endpoint.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const signal = endpoint.signal === undefined ? timeout : AbortSignal.any([endpoint.signal, timeout]);
  try {
    return await fetch(url, { ...init, signal });
  } catch (error) {
    if (endpoint.signal?.aborted === true) {
      throw new FoundryError('FND_INTERRUPTED', `${name} was stopped before its end`, { cause: error });
    }
    throw new FoundryError('FND_UNREACHABLE', `${name}: ${reasonOf(error)}`, {
      hint: 'See whether the registry runs and the address is right.',
      cause: error,
    });
  }
}

function tokensOf(endpoint: RegistryEndpoint): Map<string, string> {
  const known = TOKENS.get(endpoint) ?? new Map<string, string>();
  TOKENS.set(endpoint, known);
  return known;
}

/** The repository that an address of the distribution specification is of; one of the registry as a whole has none. */
function repositoryOf({ pathname }: URL): string {
  return /^\/v2\/(?<name>.+)\/(?:manifests|blobs|tags|referrers)\//.exec(pathname)?.groups?.['name'] ?? '';
}

/** The body of an answer as it comes. Throws FND_UNREACHABLE when it breaks off. */
export async function* chunksOf(response: Response, what: string): AsyncGenerator<Uint8Array> {
  let length = 0;
  try {
    for await (const chunk of response.body ?? []) {
      length += chunk.byteLength;
      yield chunk;
    }
  } catch (error) {
    throw new FoundryError(
      'FND_UNREACHABLE',
      `${what}: the answer broke off after ${length} bytes: ${reasonOf(error)}`,
      { cause: error },
    );
  }
}

/**
 * Reads the body of an answer, at most `limit` bytes.
 * Throws FND_UNREACHABLE when it breaks off and FND_BAD_DATA when it is longer.
 */
export async function readBody(response: Response, what: string, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunksOf(response, what)) {
    length += chunk.byteLength;
    if (length > limit) break;
    chunks.push(chunk);
  }
  if (length > limit)
    throw new FoundryError('FND_BAD_DATA', `${what}: the answer is longer than ${limit} bytes`);
  return Buffer.concat(chunks);
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.cause instanceof Error) return error.cause.message || messageOf(error);
  return messageOf(error);
}
