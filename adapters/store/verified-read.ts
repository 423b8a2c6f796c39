import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline, type Readable, type Transform } from 'node:stream';
import { pipeline as piped } from 'node:stream/promises';
import { namedFileError } from '../files/write-atomic.ts';

/** Both streams as one: an error of the source is an error of what is read. */
export function through(source: Readable, check: Transform): Readable {
  return pipeline(source, check, () => undefined);
}

/** Writes a verified stream aside and renames it into place. Throws what the stream throws, FND_DISK_FULL, FND_PERMISSION. */
export async function writeVerified(stream: Readable, path: string): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await piped(stream, createWriteStream(aside, { mode: 0o644 }));
    await rename(aside, path);
  } catch (error) {
    stream.destroy();
    await rm(aside, { force: true });
    throw namedFileError(error, path);
  }
}
