import { createHash, timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import { type JWK, SignJWT, calculateJwkThumbprint, importJWK } from 'jose';
import { z } from 'zod';
import { findIdentity } from '../sigstore/identities.ts';
import { RunClaims, tokenClaims } from './claims.ts';

const ALGORITHM = 'RS256';
const LIFETIME = '5m';
const LIFETIME_SECONDS = 300;

/** What the issuer works with. */
export interface IssuerOptions {
  /** The URL it is known under: the `iss` of its tokens. */
  readonly issuer: string;
  /** The audience of every token. */
  readonly audience: string;
  /** Its private RSA key. */
  readonly key: JWK;
  /** The folder of registered identities. */
  readonly identities: string;
}

const TokenRequest = z.strictObject({
  grant_type: z.literal('client_credentials'),
  client_id: z.string(),
  client_secret: z.string(),
  sha: z.string().optional(),
  run_id: z.string().optional(),
  run_attempt: z.string().optional(),
  event_name: z.string().optional(),
});

/**
 * An OpenID Connect issuer of workflow tokens: discovery, keys and `POST /token` (RFC 6749 section 4.4, client credentials
 * in the body). It gives a token only to the holder of a registered identity's secret, and only for that identity.
 */
export async function createIssuer({ issuer, audience, key, identities }: IssuerOptions): Promise<Hono> {
  const publicKey = publicHalf(key);
  const kid = await calculateJwkThumbprint(publicKey);
  const signingKey = await importJWK(key, ALGORITHM);
  const app = new Hono();

  app.get('/.well-known/openid-configuration', (context) =>
    context.json({
      issuer,
      jwks_uri: `${issuer}/jwks`,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [ALGORITHM],
      grant_types_supported: ['client_credentials'],
    }),
  );

  app.get('/jwks', (context) => context.json({ keys: [{ ...publicKey, kid, use: 'sig', alg: ALGORITHM }] }));

  app.post('/token', async (context) => {
    context.header('cache-control', 'no-store');
    const request = TokenRequest.safeParse(await context.req.parseBody());
    if (!request.success) return context.json({ error: 'invalid_request' }, 400);
    const { grant_type: _, client_id, client_secret, ...said } = request.data;
    const identity = await findIdentity(identities, client_id);
    if (identity === undefined || !sameSecret(identity.clientSecret, client_secret)) {
      return context.json({ error: 'invalid_client' }, 401);
    }
    const run = RunClaims.safeParse(said);
    if (!run.success) {
      const fields = run.error.issues.map(({ path }) => path.join('.'));
      return context.json(
        { error: 'invalid_request', error_description: `bad value: ${fields.join(', ')}` },
        400,
      );
    }
    const token = await new SignJWT({ ...tokenClaims(identity, run.data) })
      .setProtectedHeader({ alg: ALGORITHM, kid, typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setNotBefore('-5s')
      .setExpirationTime(LIFETIME)
      .sign(signingKey);
    return context.json({
      access_token: token,
      id_token: token,
      token_type: 'Bearer',
      expires_in: LIFETIME_SECONDS,
    });
  });

  return app;
}

function publicHalf(key: JWK): JWK {
  if (key.kty !== 'RSA' || key.n === undefined || key.e === undefined) {
    throw new Error('the issuer key is not an RSA key');
  }
  return { kty: key.kty, n: key.n, e: key.e };
}

function sameSecret(expected: string, given: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(expected), hash(given));
}
