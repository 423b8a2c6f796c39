import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { startInProcessRegistry } from './in-process-registry.ts';

const ISSUER = 'token server of a test';
const SERVICE = 'registry of a test';
const KEY = 'the-key';

/** A token server of the distribution specification that knows one name and password, and grants to it what is asked. */
export interface TokenServer {
  /** The section `auth` of the registry that believes it. */
  readonly auth: object;
  close(): Promise<void>;
}

/** Starts it on a free loopback port; what the registry must know of it is put under `folder`. */
export async function startTokenServer(
  folder: string,
  { username, password }: { readonly username: string; readonly password: string },
): Promise<TokenServer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwks = join(folder, 'jwks.json');
  const key = { ...(await exportJWK(publicKey)), kid: KEY, alg: 'ES256', use: 'sig' };
  await writeFile(jwks, JSON.stringify({ keys: [key] }));
  const known = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const server = await startInProcessRegistry((request, _body, response) => {
    if (request.headers.authorization !== known) {
      response.writeHead(401).end();
      return;
    }
    const scopes = new URL(request.url ?? '', 'http://x').searchParams.getAll('scope');
    void new SignJWT({ access: scopes.map(accessOf) })
      .setProtectedHeader({ alg: 'ES256', kid: KEY })
      .setIssuer(ISSUER)
      .setAudience(SERVICE)
      .setNotBefore('0s')
      .setExpirationTime('60s')
      .sign(privateKey)
      .then((token) => response.end(JSON.stringify({ token })));
  });
  return {
    auth: { token: { realm: `http://${server.host}/token`, service: SERVICE, issuer: ISSUER, jwks } },
    close: () => server.close(),
  };
}

/** `repository:<name>:<actions>` as the registry reads it in a token. */
function accessOf(scope: string): object {
  const [type, name, actions] = scope.split(':');
  return { type, name, actions: actions?.split(',') };
}
