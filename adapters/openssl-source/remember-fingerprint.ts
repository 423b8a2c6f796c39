import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSha256, type Sha256 } from '../../domain/digest.ts';
import { isCode, writeFileAtomic } from '../files/write-atomic.ts';

/** A tarball on this disk and its digest. */
export interface MeasuredTarball {
  readonly path: string;
  readonly sha256: Sha256;
}

/**
 * Measures each tarball once: what came of it is kept in `folder` under the tarball's digest. Whoever may write there could as
 * well change this program. Throws FND_BAD_DATA for a file that is not ours, and what `measure` throws.
 */
export function rememberingFingerprints(
  folder: string,
  measure: (tarball: string, signal?: AbortSignal) => Promise<Sha256>,
): (tarball: MeasuredTarball, signal?: AbortSignal) => Promise<Sha256> {
  return async ({ path, sha256 }, signal) => {
    const file = join(folder, sha256);
    const known = await readKnown(file);
    if (known !== undefined) return known;
    const fingerprint = await measure(path, signal);
    await writeFileAtomic(file, `${fingerprint}\n`);
    return fingerprint;
  };
}

async function readKnown(file: string): Promise<Sha256 | undefined> {
  try {
    return parseSha256((await readFile(file, 'utf8')).trim(), file);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
