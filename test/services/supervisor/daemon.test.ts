import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ServicePaths, servicePaths } from '../../../services/service-paths.ts';
import { askSupervisor } from '../../../services/supervisor/control-client.ts';
import { ensureSupervisor, waitUntilGone } from '../../../services/supervisor/daemon.ts';
import { type SupervisorInstance, findRunning } from '../../../services/supervisor/instance.ts';
import { signalProcess } from '../../../services/supervisor/process-identity.ts';

const MAIN = fileURLToPath(new URL('../../../services/supervisor/main.ts', import.meta.url));

let state: string;
let paths: ServicePaths;
let instance: SupervisorInstance;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'foundry-supervisor-'));
  paths = servicePaths({ state });
  await mkdir(paths.root, { recursive: true });
  instance = await ensureSupervisor({ state, cache: state });
});

afterEach(async () => {
  signalProcess(instance.process, 'SIGKILL');
  await rm(state, { recursive: true });
});

it('outlives a client that goes away without reading its answer', async () => {
  await goAwayWithoutReading(instance.socket);
  expect(await askSupervisor(instance.socket, { type: 'status' })).toEqual([]);
});

it('ends and takes its file along when the client that asked it to goes away without reading', async () => {
  await goAwayWithoutReading(instance.socket, 'stop');
  expect(await waitUntilGone(paths.supervisor, 5000)).toBe(true);
  await expect(access(paths.supervisor)).rejects.toThrow('ENOENT');
});

it('ends in order when its state folder is removed, though its log takes no more', async () => {
  const other = await mkdtemp(join(tmpdir(), 'foundry-supervisor-'));
  await mkdir(servicePaths({ state: other }).root, { recursive: true });
  await using full = await open('/dev/full', 'w');
  const child = spawn(process.execPath, [MAIN, '--state-dir', other], {
    stdio: ['ignore', full.fd, full.fd],
  });
  while ((await findRunning(servicePaths({ state: other }).supervisor)) === undefined) await sleep(20);
  await rm(other, { recursive: true });
  expect(await once(child, 'exit')).toEqual([0, null]);
});

/** An answer that lies unread when its reader closes reaches the writer as a connection reset. */
async function goAwayWithoutReading(socket: string, type: 'status' | 'stop' = 'status'): Promise<void> {
  const connection = connect(socket).pause();
  await once(connection, 'connect');
  connection.write(`${JSON.stringify({ type })}\n`);
  await sleep(100);
  connection.destroy();
  await sleep(100);
}
