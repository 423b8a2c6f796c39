import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { builtTool } from '../adapters/registry/built-tool.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const OURS = join(ROOT, 'docker-compose.yml');

/** What docs/machines.md puts into `.env`. */
const ENVIRONMENT = {
  FOUNDRY_UID: '1000:1001',
  FOUNDRY_PROFILE: './profile.hcl',
  FOUNDRY_UPSTREAM_ROOT: './upstream-root.json',
  FOUNDRY_SIGNING_ROOT: './signing-root.json',
  FOUNDRY_BUILDER_SECCOMP: '/etc/docker/foundry-builder.json',
  FOUNDRY_BUILDER_APPARMOR: 'unconfined',
};

const Service = z.looseObject({
  user: z.string(),
  environment: z.record(z.string(), z.string()).default({}),
  depends_on: z.record(z.string(), z.looseObject({ condition: z.string() })).default({}),
  secrets: z.array(z.looseObject({ source: z.string() })).default([]),
});
const Project = z.looseObject({
  name: z.string(),
  services: z.record(z.string(), Service),
  secrets: z.record(z.string(), z.looseObject({ file: z.string() })),
  configs: z.record(z.string(), z.looseObject({ file: z.string() })),
});

interface Document {
  readonly services: Record<string, Record<string, unknown>>;
  readonly secrets: Record<string, unknown>;
}

let compose: string;
let place: string;

beforeAll(async () => {
  compose = await builtTool('compose');
  place = await mkdtemp(join(tmpdir(), 'foundry-compose-'));
});
afterAll(async () => await rm(place, { recursive: true }));

/** What the loader of `docker compose config` makes of a file, or why it refuses it. */
async function load(
  file: string,
  environment: Readonly<Record<string, string>> = ENVIRONMENT,
): Promise<{ stdout: string; stderr: string; accepts: boolean }> {
  const { exitCode, stdout, stderr } = await execa(compose, ['config', file], {
    env: environment,
    extendEnv: false,
    reject: false,
  });
  return { stdout, stderr, accepts: exitCode === 0 };
}

/** Our compose file, changed, in a folder where no `.env` is. */
async function changed(change: (ours: Document) => void): Promise<string> {
  const ours = parse(await readFile(OURS, 'utf8')) as Document;
  change(ours);
  const file = join(place, 'docker-compose.yml');
  await writeFile(file, stringify(ours));
  return file;
}

function serviceOf(ours: Document, name: string): Record<string, unknown> {
  const service = ours.services[name];
  if (service === undefined) throw new Error(`the compose file has no service ${name}`);
  return service;
}

test('docker compose loads our file, with its variables, secrets and order resolved', async () => {
  const { stdout, stderr, accepts } = await load(OURS);
  expect(stderr).toBe('');
  expect(accepts).toBe(true);
  const { name, services, secrets, configs } = Project.parse(JSON.parse(stdout));
  expect(name).toBe('foundry');
  expect(new Set(Object.values(services).map(({ user }) => user))).toEqual(new Set(['1000:1001']));
  expect(services['build']?.environment['FOUNDRY_QUEUES']).toBe('build-amd64');
  expect(services['sign']?.depends_on['namespace']?.condition).toBe('service_completed_successfully');
  expect(services['sign']?.secrets.map(({ source }) => source)).toContain('signing-identity.json');
  expect(secrets['signing-identity.json']?.file).toBe(join(ROOT, 'secrets', 'signing-identity.json'));
  expect(configs['profile']?.file).toBe(join(ROOT, 'profile.hcl'));
  expect(stdout).not.toContain('${');
});

test('a copy that nobody changed is accepted, so what follows is refused for its change', async () => {
  await expect(load(await changed(() => undefined))).resolves.toMatchObject({ accepts: true });
});

test.each<[what: string, change: (ours: Document) => void, says: RegExp]>([
  [
    'a key that compose does not know',
    (ours) => Object.assign(serviceOf(ours, 'sign'), { red_only: true }),
    /services\.sign\.red_only false schema/,
  ],
  [
    'a service that waits for one that is not there',
    (ours) =>
      Object.assign(serviceOf(ours, 'sign'), { depends_on: { nobody: { condition: 'service_healthy' } } }),
    /service "sign" depends on undefined service "nobody"/,
  ],
  [
    'a secret that is not declared',
    (ours) => delete ours.secrets['signing-identity.json'],
    /service "sign" refers to undefined secret signing-identity\.json/,
  ],
  [
    'a network that is not declared',
    (ours) => Object.assign(serviceOf(ours, 'sign'), { networks: ['nowhere'] }),
    /service "sign" refers to undefined network nowhere/,
  ],
  [
    'a variable that has neither a value nor a default',
    (ours) => Object.assign(serviceOf(ours, 'sign'), { hostname: '${FOUNDRY_NOBODY_SETS_THIS}' }),
    /"FOUNDRY_NOBODY_SETS_THIS\\?" variable is not set/,
  ],
])('%s is refused', async (_, change, says) => {
  const { accepts, stderr } = await load(await changed(change));
  expect(accepts).toBe(false);
  expect(stderr).toMatch(says);
});

test.each(Object.keys(ENVIRONMENT))('%s must be set', async (name) => {
  const environment = Object.fromEntries(Object.entries(ENVIRONMENT).filter(([other]) => other !== name));
  const { accepts, stderr } = await load(await changed(() => undefined), environment);
  expect(accepts).toBe(false);
  expect(stderr).toContain(`required variable ${name} is missing a value`);
});
