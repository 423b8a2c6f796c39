import { createHash } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../../adapters/files/write-atomic.ts';
import { FoundryError } from '../../domain/errors.ts';

/** The longest path a unix socket can have on Linux, in bytes (sun_path holds 108 with the final zero). */
const MAX_SOCKET_PATH_BYTES = 107;

/**
 * Where the supervisor of a services folder listens: inside the folder, or, when that path is too long for a socket,
 * in a folder of this user under the system's temporary folder.
 */
export function socketPath(servicesRoot: string, uid: number): string {
  const inside = join(servicesRoot, 'supervisor.sock');
  if (Buffer.byteLength(inside) <= MAX_SOCKET_PATH_BYTES) return inside;
  const name = createHash('sha256').update(servicesRoot).digest('hex').slice(0, 20);
  return join(tmpdir(), `foundry-${uid}`, `${name}.sock`);
}

/**
 * Makes the folder of a socket, for its owner alone.
 * Throws FND_PERMISSION when it exists and others may write to it or own it, because they could listen in our place.
 */
export async function makeSocketFolder(folder: string, uid: number): Promise<void> {
  await makeFolder(folder, 0o700);
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o022) !== 0) {
    throw new FoundryError('FND_PERMISSION', `${folder} is not a folder that only this user may write to`, {
      hint: `Remove ${folder} or choose another state folder.`,
    });
  }
}
