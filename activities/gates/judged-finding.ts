import type { Finding } from '../../domain/evidence/gate-result.ts';

/** A vulnerability that somebody names for something in an image, and whether it is one, before any policy is applied. */
export interface NamedVulnerability extends Omit<Finding, 'state'> {
  /** False when the maker of the package refutes it. */
  readonly isAffected: boolean;
  /** The id of its check. A statement names the CVE alone, and is about all packages of an image. */
  readonly check: string;
}
