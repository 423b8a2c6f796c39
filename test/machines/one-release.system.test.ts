import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { resolveDirectories } from '../../adapters/directories/directories.ts';
import { ANONYMOUS } from '../../adapters/registry/credentials.ts';
import { openRegistry } from '../../adapters/registry/registry.ts';
import { readProfile } from '../../adapters/profile/profile.ts';
import { openOciStore } from '../../adapters/store/oci-store.ts';
import { openResults, openStore, storePlaceOf } from '../../adapters/store/open-store.ts';
import { runTool } from '../../adapters/process/run-tool.ts';
import { STAGES } from '../../domain/release/stage.ts';
import { ReleaseStatus } from '../../domain/release/status.ts';
import { builtTool } from '../adapters/registry/built-tool.ts';
import { bringCompiled } from '../release/compiled.ts';
import { runFoundry } from '../release/foundry.ts';
import { Machine } from './machine.ts';
import { type Postgresql, startPostgresql } from './postgresql.ts';
import { freeRow, untilSo } from './running.ts';
import { startTemporalCluster, type TemporalCluster } from './temporal-cluster.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** A lab that somebody keeps while working on these tests: its services run, and its pins are committed. */
const KEPT = process.env['FOUNDRY_MACHINES_LAB'];
const REPOSITORY = 'foundry/store';
const Shown = z.object({ data: z.object({ state: z.string(), status: ReleaseStatus.nullable() }) });
type Shown = z.infer<typeof Shown>['data'];

const Started = z.object({ data: z.object({ id: z.string() }) });

let place: string;
let release = '';
let lab: string;
let registry: string;
let database: Postgresql | undefined;
let cluster: TemporalCluster | undefined;
const machines = new Map<string, Machine>();

/** Every machine has folders of its own: what goes from one to the other goes through the registry. */
async function setUp(name: string, queues: string, signs = false): Promise<Machine> {
  const machine = await Machine.setUp(join(place, name), {
    queues,
    store: `oci:${registry}/${REPOSITORY}`,
    lab,
    secrets: join(place, 'secrets'),
    temporal: cluster?.environment ?? {},
    signs,
  });
  machines.set(name, machine);
  return machine;
}

function machine(name: string): Machine {
  const found = machines.get(name);
  if (found === undefined) throw new Error(`there is no machine ${name}`);
  return found;
}

/** `foundry` as somebody types it at a fourth machine. */
async function foundry(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [join(ROOT, 'client', 'main.ts'), '--state-dir', join(place, 'desk'), ...args],
    { reject: false, env: { ...cluster?.environment, FOUNDRY_PROFILE: join(lab, 'profile.hcl') } },
  );
  return { code: exitCode ?? -1, stdout, stderr };
}

async function shown(): Promise<Shown> {
  return Shown.parse(JSON.parse((await foundry('show', release, '--output', 'json')).stdout)).data;
}

async function untilStage(stage: string, isSo: (state: string) => boolean): Promise<void> {
  const stateOf = async (): Promise<string> =>
    (await shown()).status?.stages.find((one) => one.stage === stage)?.state ?? 'pending';
  await untilSo(`the stage ${stage}`, async () => isSo(await stateOf()), { seconds: 1000 });
}

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'foundry-machines-'));
  const secrets = join(place, 'secrets');
  await runTool({
    tool: 'machine-secrets.sh',
    file: join(ROOT, 'tools', 'machine-secrets.sh'),
    args: [secrets],
  });
  lab = KEPT ?? join(place, 'lab');
  if (KEPT === undefined) {
    for (const args of [
      ['lab', '--merge-signal', 'off'],
      ['schedule', 'pause', 'ingest', 'watch', '--reason', 'tests of machines'],
      ['ingest'],
    ]) {
      const { code, stderr } = await runFoundry(lab, args);
      if (code !== 0) throw new Error(`foundry ${args.join(' ')} ended with ${code}:\n${stderr}`);
    }
  }
  registry = (await readProfile(join(lab, 'profile.hcl'))).images.registry;
  database = await startPostgresql(join(place, 'postgresql'), join(secrets, 'postgres.password'));
  cluster = await startTemporalCluster({
    folder: join(place, 'temporal'),
    binaries: join(resolveDirectories(process.env).cache, 'temporal-server'),
    secrets,
    database,
    port: await freeRow(8),
    cli: await builtTool('temporal'),
  });
  await Promise.all([
    setUp('decides', 'control'),
    setUp('fetches', 'ingest'),
    setUp('judges', 'scan,publish'),
    setUp('signs', 'sign', true),
  ]);
  await Promise.all([...machines.values()].map((one) => one.untilWell()));
  for (const schedule of ['ingest', 'watch']) {
    await foundry('schedule', 'pause', schedule, '--reason', 'tests of machines');
  }
});

afterAll(async () => {
  await Promise.all([...machines.values()].map((one) => one.end('SIGKILL')));
  await cluster?.running.end();
  // SIGINT is its fast shutdown.
  await database?.running.end('SIGINT');
  if (KEPT === undefined) await runFoundry(lab, ['down']);
  await rm(place, { recursive: true, force: true });
});

test('machines that share no folder serve their queues, say that they are well, and give metrics', async () => {
  expect(await machine('fetches').metrics()).toContain('task_queue="ingest"');
  expect(await machine('decides').metrics()).toContain('temporal_worker_task_slots_available');
  const [first = ''] = (await machine('decides').log()).trim().split('\n').slice(-1);
  expect(JSON.parse(first)).toMatchObject({
    level: 'INFO',
    time: expect.stringMatching(/^\d{4}-/) as string,
  });
});

test('a release goes over them, though the one that fetches and the one that decides are killed', async () => {
  const started = await foundry('release', '--detach', '--output', 'json');
  release = Started.parse(JSON.parse(started.stdout)).data.id;

  await untilStage('ingest', (state) => state === 'running');
  await Promise.all([machine('fetches').end('SIGKILL'), machine('decides').end('SIGKILL')]);
  await setUp('fetches-instead', 'ingest');
  machine('decides').startAgain();

  await untilStage('ingest', (state) => state === 'pass');
  // No machine builds: the release waits, and everything so far is in the registry, nothing in a folder.
  await untilStage('construct', (state) => state === 'running');
  const store = openOciStore({ registry: openRegistry(registry, ANONYMOUS), repository: REPOSITORY });
  expect((await store.list()).length).toBeGreaterThan(20);
  for (const { folder } of machines.values()) {
    const kept = await readdir(join(folder, 'state'));
    expect(kept).not.toContain('store');
    expect(kept).not.toContain('results');
  }
});

test('an abort reaches the machines too', async () => {
  const aborted = await foundry('abort', release, '--reason', 'no machine builds');
  expect([aborted.code, aborted.stderr]).toEqual([0, aborted.stderr]);
  await untilSo('the release is aborted', async () => (await shown()).state === 'aborted', { seconds: 120 });
});

test('the same release, asked for again when machines build, is published, though one of them is killed', async () => {
  const shared = storePlaceOf({ FOUNDRY_STORE: `oci:${registry}/${REPOSITORY}` });
  await bringCompiled({
    store: openStore(shared, lab, ANONYMOUS),
    results: openResults(shared, lab, ANONYMOUS),
  });
  await setUp('builds', 'build-amd64,selftest-amd64');
  const started = await foundry('release', '--detach', '--output', 'json');
  expect(Started.parse(JSON.parse(started.stdout)).data.id).toBe(release);

  await untilStage('construct', (state) => state === 'running');
  const isBuilding = async (): Promise<boolean> =>
    (await shown()).status?.stages
      .flatMap(({ parts }) => parts)
      .some(({ name, state }) => name.includes(' by builder ') && state === 'running') === true;
  await untilSo('it builds', isBuilding, { seconds: 600 });
  await machine('builds').end('SIGKILL');
  await setUp('builds-instead', 'build-amd64,selftest-amd64');

  await untilSo(
    'the release has ended',
    async () => ['completed', 'aborted'].includes((await shown()).state),
    {
      seconds: 2400,
    },
  );
  const { state, status } = await shown();
  expect([state, status?.aborted]).toEqual(['completed', null]);
  expect(status?.stages.map((one) => one.state)).toEqual(STAGES.map(() => 'pass'));

  const verified = await foundry('verify', release);
  expect([verified.code, verified.stderr]).toEqual([0, verified.stderr]);
  for (const { digest } of status?.images ?? []) expect(verified.stdout).toContain(digest);
});

test('a worker that is asked to end ends well', async () => {
  expect(await machine('judges').end()).toBe(0);
  expect(await machine('judges').log()).toContain('has ended');
});
