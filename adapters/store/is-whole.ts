import { finished } from 'node:stream/promises';
import type { Sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { ArtifactStore } from './artifact-store.ts';

/** Whether an entry is there and has the bytes that its digest promises: it is read through. Throws what reading throws otherwise. */
export async function isWhole(store: ArtifactStore, digest: Sha256): Promise<boolean> {
  try {
    await finished((await store.openRead(digest)).resume());
    return true;
  } catch (error) {
    if (error instanceof FoundryError && IS_NOT.has(error.code)) return false;
    throw error;
  }
}

const IS_NOT: ReadonlySet<string> = new Set(['FND_ARTIFACT_MISSING', 'FND_DIGEST_MISMATCH']);
