import { z } from 'zod';
import { FoundryError } from '../../domain/errors.ts';
import { readChallenges } from './challenges.ts';
import { isLoopback, isOnThisMachine } from './this-machine.ts';

/** What a registry asks for: a token of its token server, for a scope. */
export interface TokenChallenge {
  readonly realm: URL;
  /** What it is for, as the registry says it; one token serves all requests with the same. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The longest answer of a token server. */
export const MOST_TOKEN_BYTES = 64 * 1024;
/** What we call ourselves where a token server asks for it. */
const CLIENT = 'wolfi-openssl-fips';

const Token = z.union([
  z.looseObject({ token: z.string().regex(/^[\x21-\x7e]+$/, 'expected a token') }),
  z.looseObject({ access_token: z.string().regex(/^[\x21-\x7e]+$/, 'expected a token') }),
]);

/**
 * The challenge of a registry that wants a token (distribution specification, `WWW-Authenticate: Bearer realm="…",service="…",scope="…"`);
 * undefined for any other. Throws FND_BAD_DATA for a realm that is not reached by TLS, unless registry and realm are both on this machine.
 */
export function readChallenge(header: string | null, host: string): TokenChallenge | undefined {
  const found = readChallenges(header).find(({ scheme }) => scheme === 'bearer');
  if (found === undefined || Object.keys(found.parameters).length === 0) return undefined;
  const { realm = '', service, scope } = found.parameters;
  if (!URL.canParse(realm)) throw badRealm(host, realm);
  const url = new URL(realm);
  const isSafe =
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && isLoopback(url.hostname) && isOnThisMachine(host));
  if (!isSafe || url.username !== '' || url.password !== '') throw badRealm(host, realm);
  return {
    realm: url,
    parameters: {
      ...(service === undefined ? {} : { service }),
      ...(scope === undefined ? {} : { scope }),
    },
  };
}

/**
 * The challenge for a token that may write, too. Some registries name in their challenge only the right to read, whatever was asked, so
 * what we are about to do is added to what they say.
 */
export function forWriting(challenge: TokenChallenge, repository: string): TokenChallenge {
  const resource = `repository:${repository}:`;
  const scopes = (challenge.parameters['scope'] ?? '').split(' ').filter((scope) => scope !== '');
  const said = scopes
    .filter((scope) => scope.startsWith(resource))
    .flatMap((scope) => scope.slice(resource.length).split(','));
  const own = `${resource}${[...new Set([...said, 'pull', 'push'])].join(',')}`;
  const others = scopes.filter((scope) => !scope.startsWith(resource));
  return { ...challenge, parameters: { ...challenge.parameters, scope: [own, ...others].join(' ') } };
}

/** Where the token of a challenge is asked for. */
export function tokenAddress({ realm, parameters }: TokenChallenge): URL {
  const url = new URL(realm);
  for (const [key, value] of Object.entries(parameters)) {
    // Several scopes are several parameters.
    for (const one of key === 'scope' ? value.split(' ') : [value]) url.searchParams.append(key, one);
  }
  return url;
}

/** The form with which an identity token is changed for the token of a challenge (distribution specification, OAuth 2). */
export function refreshForm({ parameters }: TokenChallenge, identityToken: string): URLSearchParams {
  return new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: CLIENT,
    ...parameters,
    refresh_token: identityToken,
  });
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
