import { readFile, realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isCode } from '../../adapters/files/write-atomic.ts';
import { FoundryError } from '../../domain/errors.ts';

/** A file of an unpacked image on this machine. Throws FND_BAD_DATA when the image has none there, or a link leads out of it. */
export async function pathInImage(root: string, path: string): Promise<string> {
  const [inside, found] = [await realpath(root), await realpathOf(join(root, path))];
  if (found === undefined) throw new FoundryError('FND_BAD_DATA', `the image has no ${path}`);
  if (relative(inside, found).startsWith('..'))
    throw new FoundryError('FND_BAD_DATA', `${path} leads out of the image`);
  return found;
}

/** The bytes of a file of an unpacked image. Throws FND_BAD_DATA as {@link pathInImage} does, and for what is no file. */
export async function readInImage(root: string, path: string): Promise<Buffer> {
  const found = await pathInImage(root, path);
  if (!(await stat(found)).isFile())
    throw new FoundryError('FND_BAD_DATA', `${path} of the image is no file`);
  return await readFile(found);
}

async function realpathOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}
