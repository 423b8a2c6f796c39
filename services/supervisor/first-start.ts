import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, namedFileError } from '../../adapters/files/write-atomic.ts';

/** Stands in a data folder from before a service's first start until that start has ended well. */
const MARKER = '.first-start';

/**
 * Makes a service's data folder, or empties one whose first start never ended well: what a service has made half (for
 * want of disk, or killed in the middle) it would take for whole the next time. Other data stays as it is.
 * Throws FND_DISK_FULL, FND_PERMISSION or FND_BAD_INPUT with the path.
 */
export async function beginWithData(folder: string): Promise<void> {
  try {
    await makeFolder(folder, 0o700);
    const names = await readdir(folder);
    if (names.length > 0 && !names.includes(MARKER)) return;
    await writeFile(join(folder, MARKER), '');
    for (const name of names.filter((there) => there !== MARKER))
      await rm(join(folder, name), { recursive: true });
  } catch (error) {
    throw namedFileError(error, folder);
  }
}

/** Says that what the service made of its data folder is whole. */
export async function keepData(folder: string): Promise<void> {
  await rm(join(folder, MARKER), { force: true });
}
