import { FoundryError } from '../../domain/errors.ts';
import {
  forWriting,
  MOST_TOKEN_BYTES,
  readChallenge,
  readToken,
  refreshForm,
  tokenAddress,
  type TokenChallenge,
} from './bearer.ts';
import { readChallenges } from './challenges.ts';
import type { Credentials, Login } from './credentials.ts';
import { exchange, type Patience, readBody } from './exchange.ts';

/** What opens a registry for some requests. */
export interface Authorization {
  /** The value of the header. */
  readonly header: string;
  /** Who it says that we are; undefined for what everybody gets. */
  readonly credentials: Credentials | undefined;
}

/** A request that a registry did not answer without knowing who asks. */
export interface Refused extends Patience {
  readonly host: string;
  readonly login: Login;
  /** How errors name the request. */
  readonly name: string;
  /** The repository that it would change. */
  readonly writesTo: string | undefined;
}

/** What a token server says to credentials that are not good: to a password, and to an identity token. */
const NOT_GOOD: ReadonlySet<number> = new Set([400, 401, 403]);

/**
 * Answers what a registry wants before it answers: a token of the token server that it names, or a password. The credentials for this host
 * go to the registry itself or to that server, and follow no redirect. Undefined when there is nothing to answer with.
 * Throws FND_PERMISSION when the token server refuses, FND_UNREACHABLE when it gives no answer, FND_BAD_DATA for one that is none, and
 * what `login` throws.
 */
export async function authorize(refused: Refused, header: string | null): Promise<Authorization | undefined> {
  const challenge = readChallenge(header, refused.host);
  const wantsPassword = readChallenges(header).some(({ scheme }) => scheme === 'basic');
  if (challenge === undefined && !wantsPassword) return undefined;
  const credentials = await refused.login(refused.host);
  if (challenge !== undefined) {
    const { writesTo } = refused;
    const wanted = writesTo === undefined ? challenge : forWriting(challenge, writesTo);
    const token = await askForToken(refused, wanted, credentials);
    return { header: `Bearer ${token}`, credentials };
  }
  // An identity token opens token servers only.
  if (credentials === undefined || 'identityToken' in credentials) return undefined;
  return { header: basic(credentials), credentials };
}

/** The error for an answer that says that we may not. `said` is what the registry said of it. */
export function permissionError(
  { name, host }: Pick<Refused, 'name' | 'host'>,
  status: number,
  credentials: Credentials | undefined,
  said = '',
): FoundryError {
  const more = said === '' ? '' : `: ${said}`;
  if (credentials === undefined) {
    return new FoundryError('FND_PERMISSION', `${name}: status ${status}, without credentials${more}`, {
      hint: `Name a file with credentials for ${host} in the profile (images.credentials_file): docs/profiles.md, "Logging in to registries".`,
    });
  }
  return new FoundryError(
    'FND_PERMISSION',
    `${name}: status ${status}, with the credentials of ${credentials.file}${more}`,
    {
      hint: `See whether they are still good and may do this: \`docker login ${host}\` writes such a file anew.`,
    },
  );
}

/** A text of a server, without the secrets that it was told. */
export function withoutSecrets(text: string, authorization: Authorization | undefined): string {
  if (authorization === undefined) return text;
  const { header, credentials } = authorization;
  const secrets = [header.slice(header.indexOf(' ') + 1)];
  if (credentials !== undefined)
    secrets.push('password' in credentials ? credentials.password : credentials.identityToken);
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '[hidden]'), text);
}

async function askForToken(
  refused: Refused,
  challenge: TokenChallenge,
  credentials: Credentials | undefined,
): Promise<string> {
  const name = `${refused.name}: token of ${challenge.realm.host}`;
  const { url, init } = tokenRequest(challenge, credentials);
  const response = await exchange(refused, name, url, init);
  if (response.ok) return readToken(await readBody(response, name, MOST_TOKEN_BYTES), name);
  await response.body?.cancel();
  if (NOT_GOOD.has(response.status))
    throw permissionError({ name, host: refused.host }, response.status, credentials);
  throw new FoundryError('FND_UNREACHABLE', `${name}: status ${response.status}`);
}

function tokenRequest(
  challenge: TokenChallenge,
  credentials: Credentials | undefined,
): { readonly url: URL; readonly init: RequestInit } {
  const url = tokenAddress(challenge);
  if (credentials === undefined) return { url, init: { method: 'GET' } };
  if ('password' in credentials)
    return {
      url,
      init: { method: 'GET', headers: { authorization: basic(credentials) }, redirect: 'error' },
    };
  const body = refreshForm(challenge, credentials.identityToken);
  return { url: challenge.realm, init: { method: 'POST', body, redirect: 'error' } };
}

function basic({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
