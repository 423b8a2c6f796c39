import type { Readable } from 'node:stream';
import type { Artifact } from '../../domain/artifact.ts';
import type { Sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';

/** What to put: bytes in memory, or a file, which is read as a stream. */
export type Content = Uint8Array | { readonly file: string };

/** One entry of a store. What kind of bytes they are, those know who asked for them: the lock, or an {@link Artifact}. */
export type StoredArtifact = Pick<Artifact, 'digest' | 'size'>;

/**
 * Bytes by their SHA-256. An entry is there whole or not at all, and nothing that is read from a store is other bytes than its
 * digest promises. Putting, fetching and removing may be done by many processes at once, and again after any interruption.
 */
export interface ArtifactStore {
  /** Whether there is an entry. It is not read here: a damaged one is there, too, and is found when it is read. */
  has(digest: Sha256): Promise<boolean>;
  /**
   * Makes sure that the bytes are there. An entry that is there already is read through, so that what is put can be read.
   * Throws FND_DISK_FULL, FND_PERMISSION, FND_UNREACHABLE; FND_DIGEST_MISMATCH where a damaged entry cannot be replaced.
   */
  put(content: Content, mediaType: string): Promise<Artifact>;
  /**
   * A stream that ends well only after exactly the promised bytes; otherwise it is destroyed with FND_DIGEST_MISMATCH at its end.
   * So nothing may be made of the bytes before the end. Throws FND_ARTIFACT_MISSING.
   */
  openRead(digest: Sha256): Promise<Readable>;
  /** Writes an entry to a file, which appears whole and verified or not at all. Throws what reading and writing throw. */
  fetchTo(digest: Sha256, path: string): Promise<void>;
  /** All entries, sorted by digest. */
  list(): Promise<StoredArtifact[]>;
  /** Removes an entry. It is no error when there is none. */
  remove(digest: Sha256): Promise<void>;
}

/** FND_ARTIFACT_MISSING for a digest. `store` names the place. */
export function missing(digest: Sha256, store: string): FoundryError {
  return new FoundryError('FND_ARTIFACT_MISSING', `${store} holds no artifact ${digest}`, {
    hint: 'What upstream gives comes back with the release that needs it; what was built is built again with `--rebuild`.',
  });
}

/** FND_DIGEST_MISMATCH for an entry that holds other bytes. */
export function damaged(digest: Sha256, found: Sha256, where: string, hint: string): FoundryError {
  return new FoundryError('FND_DIGEST_MISMATCH', `${where} is damaged: expected ${digest}, found ${found}`, {
    hint,
  });
}
