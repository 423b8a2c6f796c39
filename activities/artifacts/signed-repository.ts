import type { Artifact } from '../../domain/artifact.ts';
import type { Platform } from '../../domain/pins/variant.ts';
import type { StoredPackage } from '../build/stored-artifacts.ts';

/** The packages that we built for one platform, signed, with a signed index of them. */
export interface SignedRepository {
  readonly platform: Platform;
  readonly packages: readonly StoredPackage[];
  readonly index: Artifact;
  /** The public key, as PEM. */
  readonly key: Artifact;
  /** The file name under which clients keep that key: signatures name it. */
  readonly keyName: string;
}
