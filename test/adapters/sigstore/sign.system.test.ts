import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EMPTY_CONFIG, MEDIA_TYPES } from '../../../adapters/registry/oci-types.ts';
import { createRegistry } from '../../../adapters/registry/registry.ts';
import type { ImageAddress } from '../../../adapters/registry/image-address.ts';
import { attachBundle } from '../../../adapters/sigstore/attach.ts';
import { requestIdentityToken } from '../../../adapters/sigstore/identity-token.ts';
import { readAttachedBundles } from '../../../adapters/sigstore/read-attached.ts';
import { type BundleJson, type SigningServices, signStatement } from '../../../adapters/sigstore/sign.ts';
import type { Statement } from '../../../adapters/sigstore/statement.ts';
import { type Expectation, verifyBundle } from '../../../adapters/sigstore/verify.ts';
import { type Sha256, hexOf, sha256 } from '../../../domain/digest.ts';
import { stopServices } from '../../../services/control.ts';
import { SERVICE_GROUPS } from '../../../services/embedded/names.ts';
import { startEmbedded } from '../../../services/embedded/start-embedded.ts';
import type { Endpoints } from '../../../services/endpoints.ts';
import { servicePaths } from '../../../services/service-paths.ts';
import {
  type Identity,
  registerIdentity,
  subjectAlternativeName,
} from '../../../services/sigstore/identities.ts';
import { type TestStack, createTestStack } from '../../services/stack.ts';

const PREDICATE = 'https://slsa.dev/provenance/v1';

let stack: TestStack;
let sigstore: NonNullable<Endpoints['sigstore']>;
let registryHost: string;
let foundry: Identity;
let publisher: Identity;

beforeAll(async () => {
  stack = await createTestStack();
  await start();
  const { identities } = servicePaths(stack.directories);
  const workflow = { workflow: '.github/workflows/release.yml', ref: 'refs/heads/main' };
  foundry = await registerIdentity(identities, {
    name: 'foundry',
    repository: 'foundry/wolfi-openssl-fips',
    ...workflow,
  });
  publisher = await registerIdentity(identities, {
    name: 'publisher',
    repository: 'lab/images',
    ...workflow,
  });
});

afterAll(async () => {
  await stack.dispose();
});

describe('the private Sigstore', () => {
  it('signs for each identity under its own name, and only for who holds its secret', async () => {
    const digest = sha256('an artifact');
    const bundle = await signStatement(statement(digest), services(foundry));
    const other = await signStatement(statement(digest), services(publisher));

    expect(verifyBundle(bundle, await trustedRoot(), expectation(digest)).predicateType).toBe(PREDICATE);
    await expect(verify(other, digest)).rejects.toMatchObject({ reason: 'identity' });
    const wrongSecret = services({ ...foundry, clientSecret: publisher.clientSecret });
    await expect(signStatement(statement(digest), wrongSecret)).rejects.toMatchObject({
      code: 'FND_PERMISSION',
    });
  });

  it('refuses a changed byte, another artifact and another root', async () => {
    const digest = sha256('an artifact');
    const bundle = await signStatement(statement(digest), services(foundry));
    const text = JSON.stringify(bundle).replace(
      /"payload":"(.)/,
      (_, first: string) => `"payload":"${first === 'e' ? 'f' : 'e'}`,
    );

    await expect(verify(JSON.parse(text) as BundleJson, digest)).rejects.toMatchObject({
      reason: 'signature',
    });
    await expect(verify(bundle, sha256('another'))).rejects.toMatchObject({ reason: 'digest' });
    const elsewhere = await createTestStack();
    try {
      await startEmbedded({ ...elsewhere, only: SERVICE_GROUPS['sigstore'] ?? [] });
      const root = JSON.parse(
        await readFile(`${servicePaths(elsewhere.directories).sigstore}/trusted_root.json`, 'utf8'),
      ) as unknown;
      expect(() => verifyBundle(bundle, root, expectation(digest))).toThrow('signature refused (timestamp)');
    } finally {
      await elsewhere.dispose();
    }
  });

  it('keeps its keys and its log through a stop', async () => {
    const digest = sha256('an artifact');
    const before = await signStatement(statement(digest), services(foundry));
    await stopServices(stack.directories);
    await start();
    const after = await signStatement(statement(digest), services(foundry));

    await expect(verify(before, digest)).resolves.toMatchObject({ predicateType: PREDICATE });
    await expect(verify(after, digest)).resolves.toMatchObject({ predicateType: PREDICATE });
    expect(logIndex(after)).toBe(logIndex(before) + 1);
  });

  it('says which service is away', async () => {
    const away = { ...services(foundry), rekor: 'http://127.0.0.1:9' };
    await expect(signStatement(statement(sha256('x')), away)).rejects.toMatchObject({
      code: 'FND_UNREACHABLE',
      message: expect.stringContaining('transparency log http://127.0.0.1:9'),
    });
  });
});

describe('a bundle on an image', () => {
  it('is found again by digest, through the fallback tag, as often as there are bundles', async () => {
    const image = await pushImage('test/attached');
    const digest = hexOf(image.digest);
    const first = await signStatement(statement(digest), services(foundry));
    const second = await signStatement({ ...statement(digest), predicate: { round: 2 } }, services(foundry));

    const carriers = [
      await attachBundle(image, first, PREDICATE),
      await attachBundle(image, second, PREDICATE),
    ];
    expect(await attachBundle(image, first, PREDICATE)).toBe(carriers[0]);
    const found = await readAttachedBundles(image);

    expect(found.map(({ manifest }) => manifest)).toEqual(carriers);
    expect(found.map(({ predicateType }) => predicateType)).toEqual([PREDICATE, PREDICATE]);
    expect(found.map(({ bundle }) => bundle)).toEqual([first, second]);
    expect(await image.registry.listTags(image.repository)).toContain(`sha256-${digest}`);
  });

  it('is not there before it is attached, and cannot be attached to what is not there', async () => {
    const image = await pushImage('test/bare');
    expect(await readAttachedBundles(image)).toEqual([]);
    const missing = { ...image, repository: 'test/missing' };
    await expect(attachBundle(missing, {}, PREDICATE)).rejects.toMatchObject({ code: 'FND_UNREACHABLE' });
  });
});

async function start(): Promise<void> {
  const { endpoints } = await startEmbedded({
    ...stack,
    only: ['registry', ...(SERVICE_GROUPS['sigstore'] ?? [])],
  });
  if (endpoints.sigstore === null || endpoints.registry === null)
    throw new Error('the stack is not complete');
  sigstore = endpoints.sigstore;
  registryHost = endpoints.registry.host;
}

function services({ name, clientSecret }: Identity): SigningServices {
  const { oidc: issuer } = sigstore;
  return { ...sigstore, getToken: () => requestIdentityToken({ issuer, clientId: name, clientSecret }) };
}

function statement(digest: Sha256): Statement {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'artifact', digest: { sha256: digest } }],
    predicateType: PREDICATE,
    predicate: {},
  };
}

function expectation(subjectDigest: Sha256): Expectation {
  const identity = { issuer: sigstore.oidc, san: subjectAlternativeName(foundry) };
  return { identity, subjectDigest, predicateType: PREDICATE };
}

async function trustedRoot(): Promise<unknown> {
  return JSON.parse(await readFile(sigstore.trustedRoot, 'utf8')) as unknown;
}

async function verify(bundle: BundleJson, digest: Sha256): Promise<Statement> {
  return verifyBundle(bundle, await trustedRoot(), expectation(digest));
}

function logIndex(bundle: BundleJson): number {
  const { tlogEntries } = bundle['verificationMaterial'] as { tlogEntries: { logIndex: string }[] };
  return Number(tlogEntries[0]?.logIndex);
}

async function pushImage(repository: string): Promise<ImageAddress> {
  const registry = createRegistry({ host: registryHost, plainHttp: true });
  const digest = await registry.putBlob(repository, EMPTY_CONFIG);
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config: { mediaType: MEDIA_TYPES.empty, digest, size: EMPTY_CONFIG.byteLength },
    layers: [],
    annotations: { repository },
  };
  const bytes = new TextEncoder().encode(JSON.stringify(manifest));
  return {
    registry,
    repository,
    digest: await registry.putManifest(repository, 'v1', MEDIA_TYPES.manifest, bytes),
  };
}
