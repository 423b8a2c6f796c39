import { createHash } from 'node:crypto';
import { z } from 'zod';
import { FoundryError } from '../../domain/errors.ts';
import { bounded, reasonOf, unreachable } from './answer.ts';
import { fetchFollowing, pauseOf } from './follow.ts';

const DEFAULT_TIMEOUT_MS = 60_000;

/** What one version of a file is known by: what its server says of it, or the digest of its bytes where the server says nothing. */
export const FileMark = z.strictObject({
  etag: z.string().nullable(),
  /** As the server wrote it. */
  modified: z.string().nullable(),
  sha256: z.string().nullable(),
});
export type FileMark = z.infer<typeof FileMark>;

/** One question whether a file has changed. */
export interface ConditionalOrder {
  readonly url: string;
  /** The version that is known. */
  readonly known: FileMark | undefined;
  readonly redirectHosts: readonly string[];
  /** The most bytes that are read of a file whose server gives it no mark. */
  readonly limit: number;
  readonly signal?: AbortSignal;
  /** The longest it may take, in milliseconds. Default one minute. */
  readonly timeoutMs?: number;
}

/**
 * Asks with one conditional request (RFC 9110, 13) whether a file is another than the one that is known, and returns the mark of what is
 * there now, or undefined when it is the same. No body is read where the server marks its versions. Throws as `download` does.
 */
export async function changedMark(order: ConditionalOrder): Promise<FileMark | undefined> {
  const { url, known, redirectHosts, signal: stop } = order;
  const timeout = AbortSignal.timeout(order.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const signal = stop === undefined ? timeout : AbortSignal.any([stop, timeout]);
  try {
    const response = await fetchFollowing({ url, headers: conditions(known), redirectHosts, signal });
    if (response.status === 304 && known !== undefined) return undefined;
    if (!response.ok) {
      await response.body?.cancel();
      throw unreachable(url, `status ${response.status}`, { retryAfterMs: pauseOf(response, new Date()) });
    }
    const mark = await markOf(response, order);
    return isSame(mark, known) ? undefined : mark;
  } catch (error) {
    if (stop?.aborted === true)
      throw new FoundryError('FND_INTERRUPTED', `${url}: stopped before its end`, { cause: error });
    throw error instanceof FoundryError ? error : unreachable(url, reasonOf(error), { cause: error });
  }
}

function conditions(known: FileMark | undefined): Record<string, string> {
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (typeof known?.etag === 'string') headers['if-none-match'] = known.etag;
  if (typeof known?.modified === 'string') headers['if-modified-since'] = known.modified;
  return headers;
}

async function markOf(response: Response, { url, limit }: ConditionalOrder): Promise<FileMark> {
  const etag = response.headers.get('etag');
  const modified = response.headers.get('last-modified');
  if (etag !== null || modified !== null) {
    await response.body?.cancel();
    return { etag, modified, sha256: null };
  }
  const hash = createHash('sha256');
  for await (const chunk of bounded(response, url, limit)) hash.update(chunk);
  return { etag, modified, sha256: hash.digest('hex') };
}

/** Servers that know nothing of conditions answer in full; the mark tells then. */
function isSame(mark: FileMark, known: FileMark | undefined): boolean {
  if (known === undefined) return false;
  if (mark.etag !== null && known.etag !== null) return mark.etag === known.etag;
  return mark.modified === known.modified && mark.sha256 === known.sha256;
}
