import { FoundryError } from '../../domain/errors.ts';

/** The most redirects that one file is followed through. */
const MOST_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** One GET. */
export interface FollowedRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The hosts, as `name` or `name:port`, that it may be redirected to beside its own. */
  readonly redirectHosts: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Asks for a file and follows redirects, each only to the host that was asked or to one that is allowed, and never away from TLS. What is
 * not a redirect is the answer, whatever its status. Throws FND_BAD_DATA for a redirect to elsewhere, to nowhere, or one too many; what
 * `fetch` throws for a server that gives no answer.
 */
export async function fetchFollowing({
  url,
  headers,
  redirectHosts,
  signal,
}: FollowedRequest): Promise<Response> {
  const allowed = new Set([new URL(url).host, ...redirectHosts]);
  let at = url;
  for (let count = 0; count <= MOST_REDIRECTS; count += 1) {
    const response = await fetch(at, { headers, signal, redirect: 'manual' });
    if (!REDIRECTS.has(response.status)) return response;
    await response.body?.cancel();
    at = targetOf(response, at, allowed);
  }
  throw refused(url, `redirects more than ${MOST_REDIRECTS} times`);
}

/**
 * How long a server that answered 429 or 503 asks to be left alone, in milliseconds (RFC 9110, 10.2.3); undefined when it does not say.
 */
export function pauseOf(response: Response, now: Date): number | undefined {
  const text = response.headers.get('retry-after')?.trim() ?? '';
  if (![429, 503].includes(response.status) || text === '') return undefined;
  const pause = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return Number.isFinite(pause) ? Math.max(0, pause) : undefined;
}

function targetOf(response: Response, at: string, allowed: ReadonlySet<string>): string {
  const location = response.headers.get('location') ?? '';
  if (location === '' || !URL.canParse(location, at)) throw refused(at, 'redirects to nowhere');
  const target = new URL(location, at);
  if (at.startsWith('https:') && target.protocol !== 'https:')
    throw refused(at, `redirects away from TLS, to ${target.origin}`);
  if (!/^https?:$/.test(target.protocol) || !allowed.has(target.host))
    throw refused(at, `redirects to another host, ${target.host}`);
  return target.href;
}

function refused(url: string, reason: string): FoundryError {
  return new FoundryError('FND_BAD_DATA', `${url} ${reason}`, {
    hint: 'If that is where it is kept nowadays, name the host in upstream.redirects of the profile.',
  });
}
