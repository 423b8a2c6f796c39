import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { namedFileError } from '../files/write-atomic.ts';

const DEFAULT_TIMEOUT_MS = 600_000;

/** One file to fetch over HTTP. */
export interface DownloadOrder {
  readonly url: string;
  /** Where it is written; what is there is overwritten. */
  readonly path: string;
  /** The most bytes that are taken. */
  readonly limit: number;
  readonly signal?: AbortSignal;
  /** The longest it may take, in milliseconds. Default ten minutes. */
  readonly timeoutMs?: number;
}

/**
 * Fetches a file as the server has it: no encoding is asked for, so that its digest means something. Nothing is trusted here.
 * Redirects are followed, but not away from TLS. There is no retry: the caller's retry policy is the only one.
 * Throws FND_UNREACHABLE, naming the address, for an error answer or one that breaks off; FND_BAD_DATA for a longer file than
 * the limit; FND_INTERRUPTED on abort; FND_DISK_FULL.
 */
export async function download(order: DownloadOrder): Promise<void> {
  const timeout = AbortSignal.timeout(order.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const signal = order.signal === undefined ? timeout : AbortSignal.any([order.signal, timeout]);
  try {
    const response = await fetch(order.url, { headers: { 'accept-encoding': 'identity' }, signal });
    await requireUsable(response, order);
    await pipeline(bounded(response, order), createWriteStream(order.path), { signal });
  } catch (error) {
    throw nameFailure(error, order);
  }
}

async function requireUsable(response: Response, { url }: DownloadOrder): Promise<void> {
  const isDowngraded = url.startsWith('https:') && !response.url.startsWith('https:');
  if (response.ok && !isDowngraded) return;
  await response.body?.cancel();
  throw isDowngraded
    ? unreachable(url, `it redirects away from TLS, to ${response.url}`)
    : unreachable(url, `status ${response.status}`);
}

async function* bounded(response: Response, { url, limit }: DownloadOrder): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    if (length > limit) throw new FoundryError('FND_BAD_DATA', `${url} is longer than ${limit} bytes`);
    yield chunk;
  }
}

function nameFailure(error: unknown, { url, path, signal }: DownloadOrder): unknown {
  if (signal?.aborted === true) {
    return new FoundryError('FND_INTERRUPTED', `${url}: stopped before its end`, { cause: error });
  }
  const named = namedFileError(error, path);
  if (named instanceof FoundryError) return named;
  const isOurs = error instanceof Error && 'syscall' in error && 'path' in error;
  return isOurs ? error : unreachable(url, reasonOf(error), error);
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.cause instanceof Error) return error.cause.message || messageOf(error);
  return messageOf(error);
}

function unreachable(url: string, reason: string, cause?: unknown): FoundryError {
  return new FoundryError('FND_UNREACHABLE', `${url}: ${reason}`, {
    hint: 'Try again later. If it stays so, see whether the address in versions.hcl is still right.',
    ...(cause === undefined ? {} : { cause }),
  });
}
