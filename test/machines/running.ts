import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program that runs until it is ended. */
export interface Running {
  readonly pid: number;
  /** What it wrote so far. */
  log(): Promise<string>;
  /** Asks it to end, and returns its exit code, or null if it had to be killed. */
  end(signal?: NodeJS.Signals, patienceMs?: number): Promise<number | null>;
  isOver(): boolean;
}

/** What to run. The environment is all that it gets. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** The file that its output goes to. */
  readonly log: string;
  readonly cwd?: string;
}

/** Starts a program. */
export function run({ command, args, environment, log, cwd }: Program): Running {
  const { PATH = '', HOME = '', LANG = 'C.UTF-8' } = process.env;
  const child: ChildProcess = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH, HOME, LANG, ...environment },
    ...(cwd === undefined ? {} : { cwd }),
  });
  const file = createWriteStream(log, { flags: 'a' });
  child.stdout?.pipe(file, { end: false });
  child.stderr?.pipe(file, { end: false });
  const ended = once(child, 'exit');
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    pid: child.pid ?? 0,
    log: () => readFile(log, 'utf8'),
    isOver,
    async end(signal = 'SIGTERM', patienceMs = 30_000) {
      if (!isOver()) child.kill(signal);
      const insist = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      if (!isOver()) await ended;
      clearTimeout(insist);
      return child.exitCode;
    },
  };
}

/** Waits until `isSo` holds. Throws when the time is over, or when `running` ended, with the end of its log. */
export async function untilSo(
  what: string,
  isSo: () => Promise<boolean>,
  { seconds, running }: { readonly seconds: number; readonly running?: Running },
): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await isSo().catch(() => false))) {
    if (running?.isOver() === true || performance.now() > deadline) {
      throw new Error(`in vain: ${what}\n${(await running?.log())?.slice(-3000) ?? ''}`);
    }
    await sleep(250);
  }
}

/** Ports of this machine that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ports.push((server.address() as AddressInfo).port);
  }
  for (const server of servers) server.close();
  return ports;
}

/**
 * The first of `count` ports in a row that are free. PostgreSQL holds those of Temporal's services as signed 16-bit numbers, and the
 * ports that systems choose by themselves may be larger.
 */
export async function freeRow(count: number): Promise<number> {
  for (let first = 20_000; first < 32_000; first += count) {
    const row = Array.from({ length: count }, (_, index) => first + index);
    if ((await Promise.all(row.map(isFree))).every(Boolean)) return first;
  }
  throw new Error(`no ${count} ports in a row are free`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
