import { FoundryError, messageOf } from '../../domain/errors.ts';

const DEFAULT_TIMEOUT_MS = 120_000;

/** How long one exchange may take. */
export interface Patience {
  readonly signal?: AbortSignal;
  /** The longest that one request may take, in milliseconds. Default two minutes. */
  readonly timeoutMs?: number;
}

/** Sends one HTTP request; `name` names it for errors. Throws FND_INTERRUPTED on the signal, FND_UNREACHABLE without an answer. */
export async function exchange(
  { signal, timeoutMs }: Patience,
  name: string,
  url: URL,
  init: RequestInit,
): Promise<Response> {
  const timeout = AbortSignal.timeout(timeoutMs ?? DEFAULT_TIMEOUT_MS);
  try {
    return await fetch(url, {
      ...init,
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
  } catch (error) {
    if (signal?.aborted === true) {
      throw new FoundryError('FND_INTERRUPTED', `${name} was stopped before its end`, { cause: error });
    }
    throw new FoundryError('FND_UNREACHABLE', `${name}: ${reasonOf(error)}`, {
      hint: 'See whether the registry runs and the address is right.',
      cause: error,
    });
  }
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
