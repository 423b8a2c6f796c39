import { close, fstat, open, read } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { ifThere } from '../../adapters/files/if-there.ts';
import { isCode, namedFileError } from '../../adapters/files/write-atomic.ts';

const openFile = promisify(open);
const closeFile = promisify(close);
const statFile = promisify(fstat);
const readFile = promisify(read);

const ROTATE_ABOVE_BYTES = 20 * 1024 * 1024;
const TAIL_BYTES = 16 * 1024;
const BEGINNING = 240;
const END = 160;

/** A log opened for one run of a service. */
export interface OpenLog {
  readonly descriptor: number;
  /** Where this run begins in the file, in bytes. */
  readonly offset: number;
}

/** Opens a service's log for appending. One that is over 20 MB moves to `<path>.1` first, replacing the last such. */
export async function openLog(path: string): Promise<OpenLog> {
  try {
    await makeLogFolder(dirname(path));
    const size = (await ifThere(stat(path)))?.size ?? 0;
    if (size > ROTATE_ABOVE_BYTES) await rename(path, `${path}.1`);
    const descriptor = await openFile(path, 'a', 0o600);
    return { descriptor, offset: (await statFile(descriptor)).size };
  } catch (error) {
    throw namedFileError(error, path);
  }
}

/** Makes the folder in its state folder, but not the state folder anew when somebody has removed it. */
async function makeLogFolder(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    if (!isCode(error, 'EEXIST')) throw error;
  });
}

/** Closes our side of a log; the service keeps its own. */
export async function closeLog(log: OpenLog): Promise<void> {
  await closeFile(log.descriptor);
}

/** The last lines of a log that were written after `offset`, at most `count`. */
export async function lastLines(path: string, offset: number, count: number): Promise<string[]> {
  let descriptor: number;
  try {
    descriptor = await openFile(path, 'r');
  } catch {
    return [];
  }
  try {
    const { size } = await statFile(descriptor);
    const from = Math.max(offset, size - TAIL_BYTES);
    if (size <= from) return [];
    const { bytesRead, buffer } = await readFile(descriptor, Buffer.alloc(size - from), 0, size - from, from);
    const lines = buffer.subarray(0, bytesRead).toString('utf8').split('\n');
    return lines.filter((line) => line.trim() !== '').slice(-count);
  } finally {
    await closeFile(descriptor);
  }
}

/** The lines as a person reads them: of a long one its beginning and its end, where programs name the cause. */
export function shortened(lines: readonly string[]): string[] {
  return lines.map((line) =>
    line.length > BEGINNING + END + 1 ? `${line.slice(0, BEGINNING)}…${line.slice(-END)}` : line,
  );
}
