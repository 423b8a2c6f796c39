import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FoundryError, messageOf } from '../../domain/errors.ts';

/**
 * Writes a file aside and renames it into place, so that a reader sees the old bytes or the new ones, never half.
 * Parent folders are made. Throws FND_DISK_FULL or FND_PERMISSION with the path.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array, mode = 0o644): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(aside, data, { mode });
    await chmod(aside, mode);
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
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
    await mkdir(aside, { recursive: true });
    await fill(aside);
    await rename(path, old).catch((error: unknown) => {
      if (!isCode(error, 'ENOENT')) throw error;
    });
    await rename(aside, path);
    await rm(old, { recursive: true, force: true });
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw namedFileError(error, path);
  }
}

/** Runs `use` with a fresh folder under the system's temporary folder, and removes it afterwards. */
export async function withTemporaryDirectory<T>(use: (path: string) => Promise<T>): Promise<T> {
  const path = await mkdtemp(join(tmpdir(), 'foundry-'));
  try {
    return await use(path);
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}

/** Turns the system's file errors that a person can act on into ours; returns any other error as it is. */
export function namedFileError(error: unknown, path: string): unknown {
  if (error instanceof FoundryError) return error;
  if (isCode(error, 'ENOSPC') || isCode(error, 'EDQUOT')) {
    return new FoundryError('FND_DISK_FULL', `no space left to write ${path}`, {
      hint: 'Free some space or move the state with FOUNDRY_STATE_DIR and the cache with FOUNDRY_CACHE_DIR, then run the same command again.',
      cause: error,
    });
  }
  if (isCode(error, 'EACCES') || isCode(error, 'EPERM') || isCode(error, 'EROFS')) {
    return new FoundryError('FND_PERMISSION', `may not write ${path}: ${messageOf(error)}`, {
      hint: 'Choose folders you may write with FOUNDRY_STATE_DIR and FOUNDRY_CACHE_DIR.',
      cause: error,
    });
  }
  return error;
}

/** Whether a thrown value is a system error with this code, such as `ENOENT`. */
export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
