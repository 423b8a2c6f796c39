import { isCode } from './write-atomic.ts';

/**
 * What a look at a file or folder gives, or undefined when nothing is at its path: `await ifThere(readFile(path))`,
 * or the same with `readdir`, `stat` and their like. Any other error goes on to the caller.
 */
export async function ifThere<T>(look: Promise<T>): Promise<T | undefined> {
  try {
    return await look;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
