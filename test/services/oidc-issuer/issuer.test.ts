import type { Hono } from 'hono';
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunClaims, tokenClaims } from '../../../services/oidc-issuer/claims.ts';
import { createIssuer } from '../../../services/oidc-issuer/issuer.ts';
import { findIdentity, type Identity, registerIdentity } from '../../../services/sigstore/identities.ts';

const ISSUER = 'http://127.0.0.1:1';
const DESCRIPTION = {
  name: 'foundry',
  repository: 'acme/widget',
  workflow: '.github/workflows/release.yml',
  ref: 'refs/heads/main',
};

let folder: string;
let app: Hono;
let identity: Identity;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-test-'));
  identity = await registerIdentity(folder, DESCRIPTION);
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  app = await createIssuer({
    issuer: ISSUER,
    audience: 'sigstore',
    key: await exportJWK(privateKey),
    identities: folder,
  });
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('POST /token', () => {
  it('gives the holder of the secret a token that its published keys verify', async () => {
    const answer = await ask({ sha: 'c'.repeat(40), run_id: '42' });
    const { id_token: token } = (await answer.json()) as { id_token: string };

    const keys = createLocalJWKSet(await json('/jwks'));
    const { payload } = await jwtVerify(token, keys, { issuer: ISSUER, audience: 'sigstore' });

    expect(payload).toMatchObject({
      job_workflow_ref: 'acme/widget/.github/workflows/release.yml@refs/heads/main',
      repository: 'acme/widget',
      sha: 'c'.repeat(40),
      run_id: '42',
    });
    expect(Object.values(payload).every((claim) => claim !== '')).toBe(true);
  });

  it.each([
    ['a wrong secret', { client_secret: 'x'.repeat(43) }, 401],
    ['an unknown identity', { client_id: 'nobody' }, 401],
    ['a name that leaves the folder', { client_id: '../foundry' }, 401],
    ['another grant', { grant_type: 'password' }, 400],
    ['an empty commit', { sha: '' }, 400],
    ['a run that is no number', { run_id: '0' }, 400],
    ['an event it does not know', { event_name: '' }, 400],
    ['a claim that is the identity itself', { repository: 'evil/widget' }, 400],
  ])('refuses %s', async (_, change, status) => {
    expect((await ask(change)).status).toBe(status);
  });

  it('publishes no private part of its key', async () => {
    expect(JSON.stringify(await json('/jwks'))).not.toMatch(/"(d|p|q|dp|dq|qi)":/);
  });

  it('says in its discovery document who it is', async () => {
    expect(await json('/.well-known/openid-configuration')).toMatchObject({
      issuer: ISSUER,
      jwks_uri: `${ISSUER}/jwks`,
    });
  });
});

describe('an identity', () => {
  it('is registered once and keeps its secret, in a file for its owner alone', async () => {
    expect(await registerIdentity(folder, DESCRIPTION)).toEqual(identity);
    expect((await stat(join(folder, 'foundry.json'))).mode & 0o777).toBe(0o600);
  });

  it('is not found in a file that describes none', async () => {
    await writeFile(join(folder, 'broken.json'), '{"name":"broken"}');
    await expect(findIdentity(folder, 'broken')).rejects.toMatchObject({
      code: 'FND_BAD_DATA',
      message: expect.stringContaining('broken.json is not an identity file'),
    });
  });

  it('does not silently become another one', async () => {
    const other = registerIdentity(folder, { ...DESCRIPTION, ref: 'refs/heads/other' });
    await expect(other).rejects.toMatchObject({ code: 'FND_BAD_INPUT' });
  });

  it.each([
    { name: '../x' },
    { repository: 'acme' },
    { repository: '' },
    { workflow: 'release.yml' },
    { ref: 'main' },
  ])('is refused with %j', async (change) => {
    const refused = registerIdentity(folder, { ...DESCRIPTION, ...change });
    await expect(refused).rejects.toMatchObject({ code: 'FND_BAD_INPUT' });
  });
});

it.each(['repository', 'workflow', 'ref'] as const)('makes no claims from an empty %s', (field) => {
  expect(() => tokenClaims({ ...DESCRIPTION, [field]: '' }, RunClaims.parse({}))).toThrow(
    /Too small|invalid/i,
  );
});

async function ask(change: Record<string, string>): Promise<Response> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: identity.name,
    client_secret: identity.clientSecret,
    ...change,
  });
  return await app.request('/token', { method: 'POST', body });
}

async function json(path: string): Promise<never> {
  return (await (await app.request(path)).json()) as never;
}
