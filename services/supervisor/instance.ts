import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ifThere } from '../../adapters/files/if-there.ts';
import { writeJsonFile } from '../../adapters/files/json-file.ts';
import { isCode } from '../../adapters/files/write-atomic.ts';
import { ProcessIdentity, isAlive } from './process-identity.ts';

/** What a supervisor leaves on disk so that it, and after a crash its children, can be found again. */
export const SupervisorInstance = z.strictObject({
  process: ProcessIdentity,
  socket: z.string(),
  services: z.array(z.strictObject({ name: z.string(), process: ProcessIdentity })),
});

export type SupervisorInstance = z.infer<typeof SupervisorInstance>;

/** Writes the supervisor's file. */
export async function writeInstance(path: string, instance: SupervisorInstance): Promise<void> {
  await writeJsonFile(path, instance, 0o600);
}

/**
 * Reads what the last supervisor left. An unreadable file counts as none: it holds nothing that cannot be made again,
 * and the kernel ends the children of a supervisor that is gone.
 */
export async function readInstance(path: string): Promise<SupervisorInstance | undefined> {
  const text = await ifThere(readFile(path, 'utf8'));
  try {
    return text === undefined ? undefined : SupervisorInstance.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The supervisor that runs now, or undefined: a file whose process is gone or is another one now is stale. */
export async function findRunning(path: string): Promise<SupervisorInstance | undefined> {
  const instance = await readInstance(path);
  return instance !== undefined && isAlive(instance.process) ? instance : undefined;
}

/**
 * Whether the file still names this process. It does not when it was removed with its state folder, or when another
 * supervisor has taken its place; a file that cannot be looked at just now counts as unchanged.
 */
export async function isStillNamed(path: string, self: ProcessIdentity): Promise<boolean> {
  try {
    const instance = await readInstance(path);
    return instance?.process.pid === self.pid && instance.process.startTime === self.startTime;
  } catch (error) {
    return !isCode(error, 'ENOTDIR');
  }
}
