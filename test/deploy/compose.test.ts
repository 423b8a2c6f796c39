import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { WORKER_FLAGS } from '../../adapters/process/worker-flags.ts';
import { TASK_QUEUES } from '../../domain/release/contract.ts';
import { readWorkerConfig } from '../../worker/config.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const Secret = z.object({ file: z.string() });
const Service = z.object({
  user: z.string(),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.array(z.string()),
  healthcheck: z.object({ test: z.array(z.string()) }),
  build: z.object({ dockerfile: z.string(), target: z.string() }).optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  ports: z.array(z.string()).default([]),
  secrets: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  stop_grace_period: z.string().optional(),
});
const Compose = z.object({
  services: z.record(z.string(), Service),
  secrets: z.record(z.string(), Secret),
  configs: z.record(z.string(), Secret),
  volumes: z.record(z.string(), z.null()),
});

const compose = Compose.parse(parse(await readFile(join(ROOT, 'docker-compose.yml'), 'utf8')));
const workers = Object.entries(compose.services).filter(([, { build }]) => build?.target === 'worker');

/** The variables of a worker as its container has them, but for files that only the container has. */
function environmentOf(service: z.infer<typeof Service>, machine: string): Record<string, string> {
  const given = Object.entries(service.environment ?? {}).filter(
    ([name]) => !name.startsWith('TEMPORAL_TLS_'),
  );
  const image = { FOUNDRY_STATE_DIR: '/var/lib/foundry', FOUNDRY_CACHE_DIR: '/var/cache/foundry' };
  return {
    ...image,
    ...Object.fromEntries(
      given.map(([name, value]) => [name, String(value).replace('${FOUNDRY_MACHINE:-amd64}', machine)]),
    ),
  };
}

test('every task queue has a worker that can be started as it stands there', () => {
  const served = ['amd64', 'arm64'].flatMap((machine) =>
    workers.flatMap(([, service]) => readWorkerConfig(environmentOf(service, machine)).queues),
  );
  expect([...new Set(served)].toSorted()).toEqual(TASK_QUEUES.toSorted());
});

test('only the worker that signs is given what signs', () => {
  const signing = ['signing-identity.json', 'apk-signing.rsa'];
  const holders = Object.entries(compose.services).filter(([, { secrets }]) =>
    secrets.some((name) => signing.includes(name)),
  );
  expect(holders.map(([name]) => name)).toEqual(['sign']);
});

test('who builds, decides or tests is not given what opens registries', () => {
  const holders = Object.entries(compose.services).filter(([, { secrets }]) =>
    secrets.includes('registry.json'),
  );
  expect(holders.map(([name]) => name)).toEqual(['ingest', 'scan', 'publish', 'sign']);
});

test('workers share no volume, and everything named is there', () => {
  const used = Object.values(compose.services).flatMap(({ volumes }) =>
    volumes.map((volume) => volume.split(':')[0] ?? ''),
  );
  expect(new Set(used).size).toBe(used.length);
  expect(used.toSorted()).toEqual(Object.keys(compose.volumes).toSorted());
  const secrets = new Set(Object.values(compose.services).flatMap((service) => service.secrets));
  expect([...secrets].toSorted()).toEqual(Object.keys(compose.secrets).toSorted());
});

test('nothing may gain privileges, is root, or listens for everybody', () => {
  for (const { security_opt, user, ports } of Object.values(compose.services)) {
    expect(security_opt).toContain('no-new-privileges:true');
    expect(user).toMatch(/^\$\{FOUNDRY_UID:\?/);
    for (const port of ports) expect(port).toMatch(/^(?:127\.0\.0\.1|\$\{FOUNDRY_LISTEN:-127\.0\.0\.1\}):/);
  }
});

test('a worker is killed only after its time to end is over', () => {
  const tooSoon = workers.filter(([, service]) => {
    const { graceSeconds } = readWorkerConfig(environmentOf(service, 'amd64'));
    const [, count = '0', unit] = /^(\d+)([sm])$/.exec(service.stop_grace_period ?? '') ?? [];
    return Number(count) * (unit === 'm' ? 60 : 1) <= graceSeconds + 5;
  });
  expect(workers).not.toEqual([]);
  expect(tooSoon.map(([name]) => name)).toEqual([]);
});

test('a worker is started with the same flags in a container, as a unit of systemd, and here', async () => {
  const dockerfile = await readFile(join(ROOT, 'deploy', 'worker.Dockerfile'), 'utf8');
  const page = await readFile(join(ROOT, 'docs', 'machines.md'), 'utf8');
  const words = ['node_modules/.bin/node', ...WORKER_FLAGS, 'worker/main.ts'];
  expect(dockerfile.split('\n')).toContain(`ENTRYPOINT [${words.map((word) => `"${word}"`).join(', ')}]`);
  expect(page.split('\n')).toContain(`ExecStart=/opt/foundry/${words.join(' ')}`);
});

test('the Dockerfile has the targets, and the files that it copies by name are there', async () => {
  const text = await readFile(join(ROOT, 'deploy', 'worker.Dockerfile'), 'utf8');
  const targets = Object.values(compose.services).flatMap(({ build }) => build?.target ?? []);
  expect(targets).not.toEqual([]);
  for (const target of targets) expect(text).toMatch(new RegExp(`^FROM \\S+ AS ${target}$`, 'm'));
  const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names]) =>
    (names ?? '').split(' '),
  );
  expect(copied.length).toBeGreaterThan(3);
  for (const name of copied) await expect(stat(join(ROOT, name))).resolves.toBeDefined();
  await expect(stat(join(ROOT, compose.configs['registry']?.file ?? 'none'))).resolves.toBeDefined();
});
