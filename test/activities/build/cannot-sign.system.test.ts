import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SignJWT, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builderProfile } from '../../../activities/build/builder-profiles.ts';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { runTool } from '../../../adapters/process/run-tool.ts';
import { runInBuilderSandbox } from '../../../adapters/sandbox/builder-sandbox.ts';
import { requestIdentityToken } from '../../../adapters/sigstore/identity-token.ts';
import { signStatement } from '../../../adapters/sigstore/sign.ts';
import { sha256 } from '../../../domain/digest.ts';
import { SERVICE_GROUPS } from '../../../services/embedded/names.ts';
import { startEmbedded } from '../../../services/embedded/start-embedded.ts';
import type { Endpoints } from '../../../services/endpoints.ts';
import { servicePaths } from '../../../services/service-paths.ts';
import { findIdentity, identityFile } from '../../../services/sigstore/identities.ts';
import { createTestStack, type TestStack } from '../../services/stack.ts';

/**
 * A build step that looks for a way to sign: in its variables, in the identity file, in what it can see of other processes, and at the
 * services. It prints what it found.
 */
const HOSTILE_STEP = `
const { readFileSync, readdirSync } = require('node:fs');
const { connect } = require('node:net');
const { hex, identity, ports } = JSON.parse(process.argv[1]);
const secret = Buffer.from(hex, 'hex').toString('utf8');
const tried = (work) => { try { return work(); } catch (error) { return error.code ?? error.message; } };
const processes = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
const holds = (path) => { const text = tried(() => readFileSync(path, 'utf8')); return text.includes(secret); };
const found = {
  variables: Object.keys(process.env).toSorted(),
  identity: tried(() => readFileSync(identity, 'utf8').length),
  leaking: processes.flatMap((pid) => ['environ', 'cmdline', 'root' + identity, 'cwd/services/identities/foundry.json']
    .map((file) => '/proc/' + pid + '/' + file).filter(holds)),
};
const reach = (port) => new Promise((resolve) => {
  const socket = connect({ host: '127.0.0.1', port, timeout: 3000 });
  socket.once('connect', () => { socket.destroy(); resolve('reached'); });
  socket.once('error', (error) => resolve(error.code));
  socket.once('timeout', () => { socket.destroy(); resolve('no answer'); });
});
Promise.all(ports.map(reach)).then((services) => process.stdout.write(JSON.stringify({ ...found, services })));
`;

interface Found {
  readonly variables: string[];
  readonly identity: string | number;
  readonly leaking: string[];
  readonly services: string[];
}

let stack: TestStack;
let sigstore: NonNullable<Endpoints['sigstore']>;
let asked: string;
let file: string;

beforeAll(async () => {
  stack = await createTestStack();
  const { endpoints } = await startEmbedded({
    ...stack,
    only: [...(SERVICE_GROUPS['sigstore'] ?? []), 'worker-sign'],
  });
  if (endpoints.sigstore === null || endpoints.temporal === null)
    throw new Error('the stack is not complete');
  ({ sigstore } = endpoints);
  const { identities } = servicePaths(stack.directories);
  file = identityFile(identities, 'foundry');
  const secret = (await findIdentity(identities, 'foundry'))?.clientSecret;
  const { oidc, fulcio, rekor, timestampAuthority } = sigstore;
  const temporal = Number(endpoints.temporal.address.split(':').at(-1));
  const ports = [oidc, fulcio, rekor, timestampAuthority].map((url) => Number(new URL(url).port));
  // In another form, so that the arguments of the step itself are no leak.
  const hex = Buffer.from(secret ?? '').toString('hex');
  asked = JSON.stringify({ hex, identity: file, ports: [...ports, temporal] });
});
afterAll(async () => await stack.dispose());

describe('a builder that tries to sign', () => {
  test('finds no identity and reaches no service, all of which can be reached from outside', async () => {
    const outside = await runTool({
      tool: 'node',
      file: process.execPath,
      args: ['-e', HOSTILE_STEP, asked],
      timeoutMs: 20_000,
    });
    const seen = JSON.parse(outside.stdout) as Found;
    expect(seen.identity).toBeGreaterThan(32);
    expect(seen.services).toEqual(seen.services.map(() => 'reached'));
    expect(seen.services).toHaveLength(5);
    expect(seen.leaking.some((path) => path.endsWith('foundry.json'))).toBe(true);

    for (const builder of ['a', 'b'] as const) {
      const inside = await withTemporaryDirectory(async (folder) => {
        await mkdir(join(folder, 'tmp'));
        return await runInBuilderSandbox({
          environment: builderProfile(builder).environment,
          folder,
          inputs: [],
          tool: 'a hostile step',
          file: process.execPath,
          args: ['-e', HOSTILE_STEP, asked],
          timeoutMs: 20_000,
        });
      });
      expect(JSON.parse(inside.stdout)).toEqual({
        variables: ['HOME', 'LC_ALL', 'PATH', 'PWD', 'TMPDIR', 'TZ'],
        identity: 'ENOENT',
        leaking: [],
        services: Array.from({ length: 5 }, () => 'ECONNREFUSED'),
      });
    }
  });

  test('gets no token with the name alone, and no certificate with a token of its own making', async () => {
    const { oidc: issuer } = sigstore;
    const without = { issuer, clientId: 'foundry', clientSecret: 'x'.repeat(43) };
    await expect(requestIdentityToken(without)).rejects.toMatchObject({ code: 'FND_PERMISSION' });

    const { privateKey } = await generateKeyPair('RS256');
    const workflow = 'foundry/wolfi-openssl-fips/.github/workflows/release.yml@refs/heads/main';
    const forged = await new SignJWT({ job_workflow_ref: workflow, repository: 'foundry/wolfi-openssl-fips' })
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuer(issuer)
      .setAudience('sigstore')
      .setSubject('repo:foundry/wolfi-openssl-fips:ref:refs/heads/main')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey);
    const statement = {
      _type: 'https://in-toto.io/Statement/v1' as const,
      subject: [{ name: 'x', digest: { sha256: sha256('x') } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {},
    };
    await expect(
      signStatement(statement, { ...sigstore, getToken: () => Promise.resolve(forged) }),
    ).rejects.toMatchObject({ message: expect.stringContaining('the statement could not be signed') });
  });

  test('is no worker of the queue: the secret is in no log and in no argument of a service', async () => {
    const { clientSecret } = JSON.parse(await readFile(file, 'utf8')) as { clientSecret: string };
    for (const { pid } of await stack.processes()) {
      const told = await Promise.all(
        ['cmdline', 'environ'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8')),
      );
      expect(told.join('')).not.toContain(clientSecret);
    }
    const log = await readFile(join(stack.directories.state, 'logs', 'worker-sign.log'), 'utf8');
    expect(log).not.toContain(clientSecret);
  });
});
