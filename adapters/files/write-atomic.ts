import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FoundryError } from '../../domain/errors.ts';

/** A part of the path is a file, or it is longer or more tangled than the system allows. */
const UNUSABLE = ['ENOTDIR', 'ENAMETOOLONG', 'ELOOP'] as const;

/**
 * Writes a file aside and renames it into place, so that a reader sees the old bytes or the new ones, never half.
 * Parent folders are made. Throws FND_DISK_FULL, FND_PERMISSION or FND_BAD_INPUT with the path.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array, mode = 0o644): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await makeFolder(dirname(path));
    await writeFile(aside, data, { mode });
    await chmod(aside, mode);
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined);
    throw namedFileError(error, path);
  }
}

/**
 * Fills a new folder aside and renames it into place: the folder appears whole or not at all.
 * `fill` gets the folder to write into. An existing folder at `path` is replaced.
 */
export async function writeDirectoryAtomic(
  path: string,
  fill: (aside: string) => Promise<void>,
): Promise<void> {
  const suffix = randomBytes(6).toString('hex');
  const aside = `${path}.${suffix}.tmp`;
  const old = `${path}.${suffix}.old.tmp`;
  try {
    await makeFolder(aside);
    await fill(aside);
    await rename(path, old).catch((error: unknown) => {
      if (!isCode(error, 'ENOENT')) throw error;
    });
    await rename(aside, path);
    await rm(old, { recursive: true, force: true });
  } catch (error) {
    await rm(aside, { recursive: true, force: true }).catch(() => undefined);
    throw namedFileError(error, path);
  }
}

/**
 * Fills a new folder aside and renames it into place, unless somebody else was faster: then theirs stays, untouched, and ours goes.
 * For folders that are named after what they hold.
 */
export async function writeDirectoryOnce(
  path: string,
  fill: (aside: string) => Promise<void>,
): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await makeFolder(aside);
    await fill(aside);
    await rename(aside, path).catch((error: unknown) => {
      if (!isCode(error, 'ENOTEMPTY') && !isCode(error, 'EEXIST')) throw error;
    });
  } catch (error) {
    throw namedFileError(error, path);
  } finally {
    await rm(aside, { recursive: true, force: true }).catch(() => undefined);
  }
}

/**
 * Runs `use` with a fresh folder under the system's temporary folder, and removes it afterwards.
 * Throws FND_BAD_INPUT, FND_PERMISSION or FND_DISK_FULL when no such folder can be made.
 */
export async function withTemporaryDirectory<T>(use: (path: string) => Promise<T>): Promise<T> {
  const path = await mkdtemp(join(tmpdir(), 'foundry-')).catch((cause: unknown) => {
    if (!isCode(cause, 'ENOENT')) throw namedFileError(cause, tmpdir());
    throw new FoundryError('FND_BAD_INPUT', `there is no temporary folder ${tmpdir()}`, {
      hint: 'Make it, or name another one with TMPDIR.',
      cause,
    });
  });
  try {
    return await use(path);
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}

/**
 * Makes a folder and those above it; one that is there stays as it is.
 * Throws FND_DISK_FULL, FND_PERMISSION or FND_BAD_INPUT with the path: unlike `mkdir` with `recursive` it tells a read-only
 * file system from a missing folder, and it ends in a file system such as /proc that makes no folders.
 */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  try {
    if (await makeOneFolder(path, mode)) return;
    await makeFolder(dirname(path), mode);
    await mkdir(path, { mode });
  } catch (error) {
    if (isCode(error, 'EEXIST') && (await isFolder(path))) return;
    throw namedFileError(error, path);
  }
}

/** Returns false when there is no folder to make it in. */
async function makeOneFolder(path: string, mode: number): Promise<boolean> {
  try {
    await mkdir(path, { mode });
    return true;
  } catch (error) {
    if (isCode(error, 'ENOENT') && dirname(path) !== path) return false;
    throw error;
  }
}

/**
 * Turns the system's file errors that a person can act on into ours; returns any other error as it is.
 * `path` is what was to be read or written; without it, the path that the system names.
 */
export function namedFileError(error: unknown, path: string = pathOf(error)): unknown {
  if (error instanceof FoundryError) return error;
  if (isCode(error, 'ENOSPC') || isCode(error, 'EDQUOT'))
    return diskFull(`no space left to write ${path}`, error);
  if (isCode(error, 'EACCES') || isCode(error, 'EPERM') || isCode(error, 'EROFS')) {
    return new FoundryError('FND_PERMISSION', `${path} may not be read or written`, {
      hint: 'Choose folders you may write with FOUNDRY_STATE_DIR and FOUNDRY_CACHE_DIR.',
      cause: error,
    });
  }
  if (UNUSABLE.some((code) => isCode(error, code)) || isFailedMkdir(error)) {
    return new FoundryError('FND_BAD_INPUT', `${path} cannot be a file or folder of the foundry`, {
      hint: 'Choose other folders with FOUNDRY_STATE_DIR and FOUNDRY_CACHE_DIR.',
      cause: error,
    });
  }
  return error;
}

/** Whether a program's output says that the disk it writes to is full. */
export function saysDiskFull(output: string): boolean {
  return /no space left on device|disk quota exceeded|database or disk is full|\bENOSPC\b/i.test(output);
}

/** The error for a full disk. */
export function diskFull(message: string, cause: unknown): FoundryError {
  return new FoundryError('FND_DISK_FULL', message, {
    hint: 'Free some space or move the state with FOUNDRY_STATE_DIR and the cache with FOUNDRY_CACHE_DIR, then run the same command again.',
    cause,
  });
}

/** Whether a thrown value is a system error with this code, such as `ENOENT`. */
export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function isFailedMkdir(error: unknown): boolean {
  if (!isCode(error, 'EEXIST') && !isCode(error, 'ENOENT')) return false;
  return error instanceof Error && 'syscall' in error && error.syscall === 'mkdir';
}

function pathOf(error: unknown): string {
  const path = error instanceof Error && 'path' in error ? error.path : undefined;
  return typeof path === 'string' ? path : 'a file';
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
