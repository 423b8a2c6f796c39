import { join } from 'node:path';
import { z } from 'zod';
import type { Sha256 } from '../../domain/digest.ts';
import { readJsonFile, writeJsonFile } from '../files/json-file.ts';

/**
 * What earlier work gave, by the digest of everything that it was made from: small JSON that names artifacts. An entry says only that
 * equal inputs gave this once; whoever reuses it looks whether the artifacts are still there.
 */
export interface ResultIndex {
  /** The result of equal inputs, or undefined. Throws FND_BAD_DATA for an entry that is not JSON. */
  find(inputs: Sha256): Promise<unknown>;
  /** Keeps a result; a later one of equal inputs takes its place. */
  record(inputs: Sha256, result: unknown): Promise<void>;
}

/** An index in a folder, a file an entry. */
export function openDirectoryResults(root: string): ResultIndex {
  const pathOf = (inputs: Sha256): string => join(root, inputs.slice(0, 2), `${inputs}.json`);
  return {
    find: (inputs) =>
      readJsonFile(pathOf(inputs), z.unknown(), {
        what: 'a result of earlier work',
        hint: 'Remove it: the work is done again.',
      }),
    record: (inputs, result) => writeJsonFile(pathOf(inputs), result),
  };
}
