import { z } from 'zod';
import { FoundryError } from '../../domain/errors.ts';

/** What a registry asks for: a token of its token server, for a scope. */
interface Challenge {
  readonly realm: URL;
  /** What it is for, as the registry says it; one token serves all requests with the same. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The longest answer of a token server. */
export const MOST_TOKEN_BYTES = 64 * 1024;

const Token = z.union([
  z.looseObject({ token: z.string().regex(/^[\x21-\x7e]+$/, 'expected a token') }),
  z.looseObject({ access_token: z.string().regex(/^[\x21-\x7e]+$/, 'expected a token') }),
]);

/**
 * The challenge of a registry that wants a token (distribution specification, `WWW-Authenticate: Bearer realm="…",service="…",scope="…"`);
 * undefined for any other. Throws FND_BAD_DATA for a realm that is not reached by TLS, unless registry and realm are both on this machine.
 */
export function readChallenge(
  header: string | null,
  isLocal: (hostname: string) => boolean,
  host: string,
): Challenge | undefined {
  const rest = /^bearer\s+(?<rest>.+)$/i.exec(header ?? '')?.groups?.['rest'];
  if (rest === undefined) return undefined;
  const found = [...rest.matchAll(/(?<key>[a-z_]+)="(?<value>[^"]*)"/gi)].map(
    ({ groups }) => [(groups?.['key'] ?? '').toLowerCase(), groups?.['value'] ?? ''] as const,
  );
  const { realm = '', service, scope } = Object.fromEntries(found);
  if (!URL.canParse(realm)) throw badRealm(host, realm);
  const url = new URL(realm);
  const isSafe =
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && isLocal(url.hostname) && isLocal(host.replace(/:\d+$/, '')));
  if (!isSafe || url.username !== '' || url.password !== '') throw badRealm(host, realm);
  return {
    realm: url,
    parameters: {
      ...(service === undefined ? {} : { service }),
      ...(scope === undefined ? {} : { scope }),
    },
  };
}

/** Where the token of a challenge is asked for. */
export function tokenAddress({ realm, parameters }: Challenge): URL {
  const url = new URL(realm);
  for (const [key, value] of Object.entries(parameters)) {
    // Several scopes are several parameters.
    for (const one of key === 'scope' ? value.split(' ') : [value]) url.searchParams.append(key, one);
  }
  return url;
}

/** The token in the answer of a token server. Throws FND_BAD_DATA when there is none. */
export function readToken(bytes: Uint8Array, what: string): string {
  try {
    const answer = Token.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    return String('token' in answer ? answer['token'] : answer['access_token']);
  } catch (cause) {
    // What was answered may hold a token in some other form: it is not quoted.
    throw new FoundryError('FND_BAD_DATA', `${what}: the token server answered without a token`, { cause });
  }
}

function badRealm(host: string, realm: string): FoundryError {
  return new FoundryError(
    'FND_BAD_DATA',
    `registry ${host} sends us for a token to ${JSON.stringify(realm)}, which is no address with TLS`,
  );
}
