import { copyFile, link, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ifThere } from './if-there.ts';
import { isCode, makeFolder, namedFileError } from './write-atomic.ts';

/**
 * Puts a file at another place, whole or not at all, without a second copy where the file system can. Both names may then stand for
 * the same bytes, so neither is ever written in place. A file that is there is replaced.
 * Throws FND_DISK_FULL or FND_PERMISSION with the path.
 */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  const aside = `${to}.${process.pid}.tmp`;
  try {
    await makeFolder(dirname(to));
    if (await isSameFile(from, to)) return;
    await rm(aside, { force: true });
    await linkElseCopy(from, aside);
    await rename(aside, to);
  } catch (error) {
    await rm(aside, { force: true });
    throw namedFileError(error, to);
  }
}

async function linkElseCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!isCode(error, 'EXDEV') && !isCode(error, 'EPERM') && !isCode(error, 'EMLINK')) throw error;
    await copyFile(from, to);
  }
}

async function isSameFile(from: string, to: string): Promise<boolean> {
  const [left, right] = [await ifThere(stat(from)), await ifThere(stat(to))];
  return left !== undefined && left.dev === right?.dev && left.ino === right.ino;
}
