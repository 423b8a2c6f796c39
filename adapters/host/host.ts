import { readFile, stat, statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExecaError } from 'execa';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { runTool } from '../process/run-tool.ts';
import { canConnect, probeNetworkIsolation, type NetworkIsolation } from './network-isolation.ts';

/** What a program answered, or that there is no such program. */
export type CommandAnswer =
  | { readonly found: false }
  | { readonly found: true; readonly exitCode: number; readonly output: string };

/** Whether a server answered, and what: an HTTP status, or that it took the connection. */
type Reached =
  | { readonly reached: true; readonly answer: string }
  | { readonly reached: false; readonly reason: string };

/** The machine, as far as the doctor asks about it. Every answer is read when it is asked for. */
export interface Host {
  readonly nodeVersion: string;
  readonly isRoot: boolean;
  /**
   * Runs a program to its end with a small environment; a timeout or a signal counts as exit code -1.
   * One that we may not start counts as not there.
   */
  command(file: string, args: readonly string[], cwd?: string): Promise<CommandAnswer>;
  /** The text of a file, or undefined where there is none. */
  readText(path: string): Promise<string | undefined>;
  /** When a file was last written, or undefined where there is none. */
  writtenAt(path: string): Promise<Date | undefined>;
  /** Bytes that we may still write where this path is or will be. */
  freeBytes(path: string): Promise<number>;
  /** Bytes of memory this process may use: the machine's, or the container's limit. */
  memoryBytes(): number;
  /** The time, and how far the wall clock and the monotonic clock went apart while we watched, in milliseconds. */
  clock(): Promise<{ readonly now: Date; readonly jumpMs: number }>;
  networkIsolation(): Promise<NetworkIsolation>;
  /** Asks a server of this machine: an `http:` URL, or `127.0.0.1:port` for a bare connection. */
  reach(address: string): Promise<Reached>;
}

const COMMAND_TIMEOUT_MS = 20_000;
const REACH_TIMEOUT_MS = 3000;
const WATCH_CLOCK_MS = 100;
const ANY_EXIT_CODE = Array.from({ length: 255 }, (_, index) => index + 1);

/** The machine we run on. */
export function thisHost(): Host {
  return {
    nodeVersion: process.version,
    isRoot: process.getuid?.() === 0,
    command: runCommand,
    readText: async (path) => await readFile(path, 'utf8').catch(() => undefined),
    writtenAt: async (path) => (await stat(path).catch(() => undefined))?.mtime,
    freeBytes,
    memoryBytes,
    clock: watchClock,
    networkIsolation: probeNetworkIsolation,
    reach,
  };
}

async function runCommand(file: string, args: readonly string[], cwd?: string): Promise<CommandAnswer> {
  try {
    const { stdout, stderr, exitCode } = await runTool({
      tool: file,
      file,
      args,
      timeoutMs: COMMAND_TIMEOUT_MS,
      acceptExitCodes: ANY_EXIT_CODE,
      ...(cwd === undefined ? {} : { cwd }),
    });
    return { found: true, exitCode, output: `${stdout}${stderr}`.trim() };
  } catch (error) {
    if (error instanceof FoundryError && error.code === 'FND_TOOL_MISSING') return { found: false };
    const cause =
      error instanceof FoundryError && error.cause instanceof ExecaError ? error.cause : undefined;
    if (cause?.code === 'EACCES') return { found: false };
    return { found: true, exitCode: -1, output: cause?.shortMessage ?? messageOf(error) };
  }
}

async function freeBytes(path: string): Promise<number> {
  const found = await statfs(path).catch(() => undefined);
  if (found === undefined && dirname(path) !== path) return await freeBytes(dirname(path));
  return found === undefined ? 0 : found.bavail * found.bsize;
}

function memoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

async function watchClock(): Promise<{ now: Date; jumpMs: number }> {
  const [wall, steady] = [Date.now(), performance.now()];
  await sleep(WATCH_CLOCK_MS);
  const jumpMs = Date.now() - wall - (performance.now() - steady);
  return { now: new Date(), jumpMs };
}

async function reach(address: string): Promise<Reached> {
  if (!URL.canParse(address) || !address.startsWith('http')) return await reachPort(address);
  try {
    const response = await fetch(address, {
      signal: AbortSignal.timeout(REACH_TIMEOUT_MS),
      redirect: 'manual',
    });
    await response.body?.cancel();
    return { reached: true, answer: `HTTP ${response.status}` };
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return { reached: false, reason: messageOf(cause) };
  }
}

async function reachPort(address: string): Promise<Reached> {
  const port = Number(address.slice(address.lastIndexOf(':') + 1));
  return (await canConnect(port))
    ? { reached: true, answer: 'accepts connections' }
    : { reached: false, reason: 'nothing listens there' };
}
