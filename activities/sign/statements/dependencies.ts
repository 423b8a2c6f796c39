import { PackageURL } from 'packageurl-js';
import { sourceUri } from '../../../domain/evidence/provenance.ts';
import type { ResourceDescriptor } from '../../../domain/evidence/resource-descriptor.ts';
import type { Lock, LockedFile, LockedPackage, LockEntry } from '../../../domain/pins/lock.ts';
import { architectureOf, type Platform, type Variant } from '../../../domain/pins/variant.ts';
import type { ReleasePlan } from '../../../domain/release/plan.ts';

/** What an image is made from: a commit, and the lock in it. */
interface Pinned {
  readonly plan: Pick<ReleasePlan, 'source' | 'commit'>;
  readonly lock: Lock;
}

/**
 * Everything that an image was made from, by digest: the commit, and every entry of its lock that this image can have used. Those are
 * the entries for its platform or for all, but for the packages of other variants.
 */
export function resolvedDependencies(
  { plan, lock }: Pinned,
  variant: Variant,
  platform: Platform,
): ResourceDescriptor[] {
  const commit = { name: 'source', uri: sourceUri(plan.source), digest: { gitCommit: plan.commit } };
  return [commit, ...lock.files.filter((entry) => isUsed(entry, variant, platform)).map(descriptorOf)];
}

function isUsed(entry: LockEntry, variant: Variant, platform: Platform): boolean {
  if (entry.platform !== null && entry.platform !== platform) return false;
  return entry.kind !== 'package' || entry.purposes.some((one) => one === variant || one === 'build');
}

function descriptorOf(entry: LockEntry): ResourceDescriptor {
  return entry.kind === 'package' ? packageDescriptor(entry) : fileDescriptor(entry);
}

function packageDescriptor(entry: LockedPackage): ResourceDescriptor {
  const { name, version, platform, purposes, url, mediaType, sha256 } = entry;
  const arch = architectureOf(platform);
  return {
    name,
    uri: new PackageURL('apk', 'wolfi', name, version, { arch }, undefined).toString(),
    digest: { sha256 },
    downloadLocation: url,
    mediaType,
    annotations: { purposes },
  };
}

function fileDescriptor({ kind, name, url, mediaType, sha256 }: LockedFile): ResourceDescriptor {
  return { name: `${name} ${kind}`, uri: url, digest: { sha256 }, mediaType };
}
