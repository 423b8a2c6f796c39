import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { forgePaths } from '../../../lab/forge/forge-paths.ts';
import { readMergeSignal, readProgress, switchMergeSignal } from '../../../lab/forge/merge-signal.ts';
import { type Notify, startMergeSignals } from '../../../lab/server/signal-merges.ts';

const ZEROS = '0'.repeat(40);
const commitOf = (digit: string): string => digit.repeat(40);

let stateDir: string;
let told: string[];
let logged: Readonly<Record<string, unknown>>[];
let signals: { close(): Promise<void> };
let count: number;

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'foundry-signals-'));
  told = [];
  logged = [];
  count = 0;
});
afterEach(async () => {
  await signals.close();
  await rm(stateDir, { recursive: true });
});

/** A push as the hook of the forge leaves it. Returns its id. */
async function push(commit: string, ref = 'refs/heads/main'): Promise<string> {
  const folder = join(forgePaths(stateDir).repository, 'push-events');
  await mkdir(folder, { recursive: true });
  count += 1;
  const event = { ref, old: ZEROS, new: commit, at: '2026-11-22T00:00:00Z' };
  const id = `20261122T0000${String(count).padStart(2, '0')}`;
  await writeFile(join(folder, `${id}.json`), JSON.stringify(event));
  return id;
}

function start(exitCodes: readonly number[] = []): void {
  const left = [...exitCodes];
  const notify: Notify = async (commit) => {
    told.push(commit);
    return { exitCode: left.shift() ?? 0, said: 'release began' };
  };
  signals = startMergeSignals({
    stateDir,
    notify,
    log: (entry) => logged.push(entry),
    pauseMs: 5,
    retryMs: [1, 1],
  });
}

/** Waits until the first look has decided from which push on it tells. */
async function untilLooked(): Promise<void> {
  await vi.waitUntil(async () => (await readProgress(forgePaths(stateDir))) !== undefined);
}

it('tells every push to the branch once and in order, logs what came of it, and remembers it', async () => {
  start();
  await untilLooked();
  await push(commitOf('1'));
  await push(commitOf('2'));
  await vi.waitUntil(() => told.length === 2);
  await vi.waitUntil(
    async () => (await readMergeSignal(forgePaths(stateDir))).last?.commit === commitOf('2'),
  );
  await signals.close();
  start();
  await push(commitOf('3'));
  await vi.waitUntil(() => told.length === 3);
  expect(told).toEqual(['1', '2', '3'].map(commitOf));
  expect(logged.at(-1)).toMatchObject({ mergeSignal: commitOf('3'), exitCode: 0, said: 'release began' });
});

it('tells neither other branches, nor what was deleted, nor what was pushed before it looked or while it was off', async () => {
  await push(commitOf('1'));
  start();
  await untilLooked();
  await switchMergeSignal(forgePaths(stateDir), false);
  await push(commitOf('2'));
  await push(commitOf('3'), 'refs/heads/foundry/pins');
  const last = await push(ZEROS);
  await vi.waitUntil(async () => (await readProgress(forgePaths(stateDir)))?.cursor === last);
  await switchMergeSignal(forgePaths(stateDir), true);
  await push(commitOf('4'));
  await vi.waitUntil(() => told.length > 0);
  expect(told).toEqual([commitOf('4')]);
});

it('tries again when something gives no answer, and no refusal', async () => {
  await push(commitOf('0'));
  start([7, 8, 0, 2]);
  await untilLooked();
  await push(commitOf('1'));
  await vi.waitUntil(() => told.length === 3);
  await push(commitOf('2'));
  await vi.waitUntil(
    async () => (await readMergeSignal(forgePaths(stateDir))).last?.commit === commitOf('2'),
  );
  expect(told).toEqual(['1', '1', '1', '2'].map(commitOf));
  expect((await readMergeSignal(forgePaths(stateDir))).last?.exitCode).toBe(2);
});
