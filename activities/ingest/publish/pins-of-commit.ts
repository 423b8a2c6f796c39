import { type Sha256, sha256 } from '../../../domain/digest.ts';
import { canonicalJson } from '../../../domain/pins/canonical-json.ts';

/** The pins of a commit, as texts. */
export interface CommittedPins {
  readonly versions: string;
  /** Null when there is none yet. */
  readonly lock: string | null;
}

/** The digest of both texts: commits with the same one hold the same pins. */
export function pinsDigest({ versions, lock }: CommittedPins): Sha256 {
  return sha256(canonicalJson({ versions, lock }));
}
