import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { FoundryError } from '../../domain/errors.ts';
import { namedFileError } from '../files/write-atomic.ts';
import { bounded, reasonOf, unreachable } from './answer.ts';
import { fetchFollowing, pauseOf } from './follow.ts';

const DEFAULT_TIMEOUT_MS = 600_000;

/** One file to fetch over HTTP. */
export interface DownloadOrder {
  readonly url: string;
  /** Where it is written; what is there is overwritten. */
  readonly path: string;
  /** The most bytes that are taken. */
  readonly limit: number;
  /** The hosts that it may be redirected to beside its own. None when left out. */
  readonly redirectHosts?: readonly string[];
  readonly signal?: AbortSignal;
  /** The longest it may take, in milliseconds. Default ten minutes. */
  readonly timeoutMs?: number;
}

/**
 * Fetches a file as the server has it: no encoding is asked for, so that its digest means something. Nothing is trusted here.
 * Redirects are followed as {@link fetchFollowing} does. There is no retry: the caller's retry policy is the only one.
 * Throws FND_UNREACHABLE, naming the address, for an error answer or one that breaks off; FND_BAD_DATA for a longer file than
 * the limit and for a redirect to elsewhere; FND_INTERRUPTED on abort; FND_DISK_FULL.
 */
export async function download(order: DownloadOrder): Promise<void> {
  const timeout = AbortSignal.timeout(order.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const signal = order.signal === undefined ? timeout : AbortSignal.any([order.signal, timeout]);
  try {
    const { url, path, limit, redirectHosts = [] } = order;
    const headers = { 'accept-encoding': 'identity' };
    const response = await fetchFollowing({ url, headers, redirectHosts, signal });
    if (!response.ok) {
      await response.body?.cancel();
      throw unreachable(url, `status ${response.status}`, { retryAfterMs: pauseOf(response, new Date()) });
    }
    await pipeline(bounded(response, url, limit), createWriteStream(path), { signal });
  } catch (error) {
    throw nameFailure(error, order);
  }
}

function nameFailure(error: unknown, { url, path, signal }: DownloadOrder): unknown {
  if (signal?.aborted === true) {
    return new FoundryError('FND_INTERRUPTED', `${url}: stopped before its end`, { cause: error });
  }
  const named = namedFileError(error, path);
  if (named instanceof FoundryError) return named;
  const isOurs = error instanceof Error && 'syscall' in error && 'path' in error;
  return isOurs ? error : unreachable(url, reasonOf(error), { cause: error });
}
