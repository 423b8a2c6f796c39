import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { FoundryError } from '../../domain/errors.ts';
import { ifThere } from './if-there.ts';
import { writeFileAtomic } from './write-atomic.ts';

/**
 * Reads a JSON file that we wrote ourselves; undefined when it is not there.
 * Throws FND_BAD_DATA for one that is not what the schema says: `<path> is not <what>`, with the hint and the cause.
 */
export async function readJsonFile<T>(
  path: string,
  schema: z.ZodType<T>,
  { what, hint }: { readonly what: string; readonly hint: string },
): Promise<T | undefined> {
  const text = await ifThere(readFile(path, 'utf8'));
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', `${path} is not ${what}`, { hint, cause });
  }
}

/**
 * Writes a value as JSON that people can read, with a newline at its end, whole or not at all.
 * Throws FND_DISK_FULL or FND_PERMISSION with the path.
 */
export async function writeJsonFile(path: string, value: unknown, mode = 0o644): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`, mode);
}
