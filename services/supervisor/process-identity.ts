import { readFileSync, readdirSync } from 'node:fs';
import { z } from 'zod';

/**
 * Names one process for good: a pid alone is used again by the system, but not with the same start time in the same boot.
 * `startTime` is in clock ticks since boot.
 */
export const ProcessIdentity = z.strictObject({
  pid: z.int().min(1),
  startTime: z.string().regex(/^\d+$/),
  bootId: z.string(),
});

export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

/**
 * The identity of the process that has this pid now, or undefined when there is none or it has ended and only waits to be
 * collected. While threads of a killed process are still ending it holds its ports, so it counts as there.
 */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const stat = parseProcessStat(readOrUndefined(`/proc/${pid}/stat`) ?? '');
  if (stat === undefined || stat.state === 'X') return undefined;
  if (stat.state === 'Z' && threadCount(pid) <= 1) return undefined;
  return { pid, startTime: stat.startTime, bootId: bootId() };
}

/** Whether exactly this process is still there. */
export function isAlive(identity: ProcessIdentity): boolean {
  const now = identityOf(identity.pid);
  return now?.startTime === identity.startTime && now.bootId === identity.bootId;
}

/** Sends a signal to exactly this process; does nothing when it is gone or its pid belongs to another one now. */
export function signalProcess(identity: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}

/** Reads state and start time out of `/proc/<pid>/stat` (proc(5)); the name in it may hold spaces and brackets. */
export function parseProcessStat(text: string): { state: string; startTime: string } | undefined {
  const fields = text
    .slice(text.lastIndexOf(')') + 1)
    .trim()
    .split(' ');
  const [state] = fields;
  const startTime = fields[19];
  if (!text.includes(')') || state === undefined || startTime === undefined) return undefined;
  return /^\d+$/.test(startTime) ? { state, startTime } : undefined;
}

function threadCount(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).length;
  } catch {
    return 0;
  }
}

function bootId(): string {
  return readOrUndefined('/proc/sys/kernel/random/boot_id')?.trim() ?? 'unknown';
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
