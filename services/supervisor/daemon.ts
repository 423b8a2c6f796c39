import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Directories } from '../../adapters/directories/directories.ts';
import { diskFull, saysDiskFull } from '../../adapters/files/write-atomic.ts';
import { compileCacheEnvironment } from '../../adapters/process/compile-cache.ts';
import { FoundryError } from '../../domain/errors.ts';
import { servicePaths } from '../service-paths.ts';
import { askSupervisor } from './control-client.ts';
import { type SupervisorInstance, findRunning } from './instance.ts';
import { closeLog, lastLines, openLog, shortened } from './service-log.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const POLL_MS = 15;
const START_TIMEOUT_MS = 15_000;

/** The supervisor of a state folder: the one that runs, or a new one. Call it while holding the lock. */
export async function ensureSupervisor(directories: Directories): Promise<SupervisorInstance> {
  const paths = servicePaths(directories);
  const running = await answering(paths.supervisor);
  if (running !== undefined) return running;

  const logFile = join(paths.logs, 'supervisor.log');
  const log = await openLog(logFile);
  const child = spawn(process.execPath, [MAIN, '--state-dir', directories.state], {
    cwd: paths.root,
    detached: true,
    env: { ...process.env, ...compileCacheEnvironment() },
    stdio: ['ignore', log.descriptor, log.descriptor],
  });
  child.on('error', () => undefined);
  child.unref();
  await closeLog(log);
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline && child.pid !== undefined && child.exitCode === null) {
    const instance = await findRunning(paths.supervisor);
    if (instance !== undefined) return instance;
    await sleep(POLL_MS);
  }
  const said = await lastLines(logFile, log.offset, 8);
  if (said.some(saysDiskFull))
    throw diskFull(`the supervisor found no space left in ${paths.root}`, undefined);
  throw new FoundryError(
    'FND_SERVICE_FAILED',
    `the supervisor did not start:\n${shortened(said).join('\n')}`,
    {
      hint: `The whole log is ${logFile}.`,
    },
  );
}

/** Waits until a supervisor is gone; returns whether it is. */
export async function waitUntilGone(supervisorFile: string, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    if ((await findRunning(supervisorFile)) === undefined) return true;
    await sleep(POLL_MS);
  }
  return false;
}

/** The running supervisor, once it answers; one that is just ending is waited for and then counts as none. */
async function answering(supervisorFile: string): Promise<SupervisorInstance | undefined> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const instance = await findRunning(supervisorFile);
    if (instance === undefined) return undefined;
    try {
      await askSupervisor(instance.socket, { type: 'status' }, { timeoutMs: 5000 });
      return instance;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(POLL_MS * 5);
    }
  }
}
