import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Directories } from '../adapters/directories/directories.ts';
import { makeFolder } from '../adapters/files/write-atomic.ts';
import { withFileLock } from '../adapters/host/file-lock.ts';
import { FoundryError } from '../domain/errors.ts';
import { servicePaths } from './service-paths.ts';
import { askSupervisor } from './supervisor/control-client.ts';
import { ensureSupervisor, waitUntilGone } from './supervisor/daemon.ts';
import { type SupervisorInstance, findRunning, readInstance } from './supervisor/instance.ts';
import { type ProcessIdentity, isAlive, signalProcess } from './supervisor/process-identity.ts';
import type { ServiceSpec, ServiceStatus } from './supervisor/service-spec.ts';

/** Longer than the grace the supervisor itself gives to one chain of services. */
const STOP_TIMEOUT_MS = 60_000;

/** What happens while another command starts or stops services of the same state folder. */
export interface TurnOptions {
  /** Called once before waiting for it. */
  readonly onWait?: () => void;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

/** How a start is followed and cancelled. */
export interface StartOptions extends TurnOptions {
  readonly onStarted?: (service: ServiceStatus) => void;
}

/**
 * Adds services to the supervisor of a state folder and starts them; those that are up already stay as they are.
 * All or nothing, also on abort. Returns the state of every service there.
 * Throws FND_SERVICE_FAILED, FND_TOOL_MISSING, FND_DISK_FULL or FND_INTERRUPTED.
 */
export function startServices(
  directories: Directories,
  specs: readonly ServiceSpec[],
  options: StartOptions = {},
): Promise<ServiceStatus[]> {
  return withServicesLock(directories, options, () => startServicesLocked(directories, specs, options));
}

/** {@link startServices} for a caller that holds the lock. */
export async function startServicesLocked(
  directories: Directories,
  specs: readonly ServiceSpec[],
  options: StartOptions = {},
): Promise<ServiceStatus[]> {
  const { socket } = await ensureSupervisor(directories);
  try {
    return await askSupervisor(socket, { type: 'start', specs: [...specs] }, options);
  } catch (error) {
    if ((await listServices(directories)).length === 0) await stopServicesLocked(directories);
    throw error;
  }
}

/**
 * Runs `use` while nobody else starts or stops services of this state folder, after what a crashed supervisor left is gone.
 * Waits its turn. Throws FND_INTERRUPTED when aborted while waiting.
 */
export async function withServicesLock<T>(
  directories: Directories,
  { onWait = (): void => undefined, signal }: TurnOptions,
  use: () => Promise<T>,
): Promise<T> {
  const paths = servicePaths(directories);
  await makeFolder(paths.root, 0o700);
  const lock = { path: paths.lock, onWait, ...(signal === undefined ? {} : { signal }) };
  return await withFileLock(lock, async () => {
    await clearAfterCrash(directories);
    return await use();
  });
}

/** The kernel is ending the services of a crashed supervisor, or has; this waits until it has. */
async function clearAfterCrash(directories: Directories): Promise<void> {
  const { supervisor } = servicePaths(directories);
  const left = await readInstance(supervisor);
  if (left !== undefined && !isAlive(left.process)) await removeLeftovers(directories, left);
}

/** The state of every service of a state folder; empty when no supervisor runs. */
export async function listServices(directories: Directories): Promise<ServiceStatus[]> {
  const instance = await findRunning(servicePaths(directories).supervisor);
  return instance === undefined
    ? []
    : askSupervisor(instance.socket, { type: 'status' }, { timeoutMs: 10_000 });
}

/**
 * Stops every service of a state folder and its supervisor, and resolves when no process is left.
 * Returns the names of those that ran. A supervisor that does not answer is ended by its pid, after a look at its start time;
 * so is what it leaves.
 */
export function stopServices(directories: Directories, options: TurnOptions = {}): Promise<string[]> {
  return withServicesLock(directories, options, () => stopServicesLocked(directories));
}

async function stopServicesLocked(directories: Directories): Promise<string[]> {
  const paths = servicePaths(directories);
  const left = await readInstance(paths.supervisor);
  if (left === undefined) return [];
  try {
    await askSupervisor(left.socket, { type: 'stop' }, { timeoutMs: STOP_TIMEOUT_MS });
  } catch {
    signalProcess(left.process, 'SIGTERM');
  }
  await waitUntilGone(paths.supervisor, 5000);
  await removeLeftovers(directories, left);
  return left.services.map(({ name }) => name);
}

async function removeLeftovers(directories: Directories, left: SupervisorInstance): Promise<void> {
  const paths = servicePaths(directories);
  await endAll([left.process, ...left.services.map((service) => service.process)]);
  await rm(paths.supervisor, { force: true });
  await rm(left.socket, { force: true });
  await rm(paths.endpoints, { force: true });
}

async function endAll(processes: readonly ProcessIdentity[]): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const alive = processes.filter((process) => isAlive(process));
    if (alive.length === 0) return;
    if (performance.now() > deadline) {
      throw new FoundryError(
        'FND_SERVICE_FAILED',
        `these processes do not end: ${alive.map(({ pid }) => pid).join(', ')}`,
        { hint: 'Look at them with ps; one that hangs in the kernel ends when its disk or network answers.' },
      );
    }
    for (const process of alive) signalProcess(process, 'SIGKILL');
    await sleep(20);
  }
}
