import { z } from 'zod';
import type { PgpFingerprint } from '../../adapters/pgp/fingerprint.ts';
import type { Sha256 } from '../../domain/digest.ts';

const Facts = z.object({
  /** Such as `3.5.7`. */
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .transform((text) => text as Sha256),
  size: z.int().positive(),
  /** `debian-source`: the official tarball and signature, from Debian's source package. `crate`: repacked by the lab. */
  origin: z.enum(['debian-source', 'crate']),
  /** The version of the source package or the crate. */
  originVersion: z.string(),
  /** The primary-key fingerprint behind the signature: OpenSSL's for an official tarball, else the lab's own key. */
  signerFingerprint: z
    .string()
    .regex(/^[0-9A-F]{40}$/)
    .transform((text) => text as PgpFingerprint),
  /** Whether the signer's key had expired when the lab checked; it was valid when it signed. */
  signerKeyExpired: z.boolean(),
  /** The release date that the tree names in `VERSION.dat`, `YYYY-MM-DD`. */
  published: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  /** Whether the tree is whole. The crate leaves out parts of newer releases that a build of shared libraries needs. */
  buildable: z.boolean(),
});

/** What the state keeps about the sources it took. File names are relative to the cache and the stock folder. */
export const SourceRecord = z.object({
  schemaVersion: z.literal(1),
  note: z.string(),
  releases: z.array(Facts.extend({ tarball: z.string(), asc: z.string() })).min(1),
  /** What the archive listed and could not give. */
  skipped: z.array(z.object({ version: z.string(), reason: z.string() })),
  officialKeys: z.string(),
  labKey: z.string(),
  changes: z.string(),
});
export type SourceRecord = z.infer<typeof SourceRecord>;

/** One OpenSSL release in the lab: tarball and detached signature on this disk, and where they come from. */
export interface SourceRelease extends z.infer<typeof Facts> {
  /** Major and minor version, such as `3.5`. */
  readonly line: string;
  readonly tarball: string;
  readonly asc: string;
}

/** The line of a version: `3.5` for `3.5.7`. */
export function lineOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

/** Orders release versions by their numbers. */
export function compareReleases(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
