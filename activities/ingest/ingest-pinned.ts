import { FoundryError } from '../../domain/errors.ts';
import type { Artifact } from '../../domain/artifact.ts';
import { entryText, type Lock } from '../../domain/pins/lock.ts';
import type { PinnedVersions } from '../../domain/pins/open-pins.ts';
import { bringBaseImage } from './base-image.ts';
import { lockedSignature } from './base-signature.ts';
import { requireCertified } from './fips-source.ts';
import type { IngestCheck, IngestRun } from './ingest-context.ts';
import { bringIndexes, type Indexes } from './package-index.ts';
import { bringPackages, type ChosenPackage, packageUrl } from './packages.ts';
import { bringRepositoryKey } from './repository-key.ts';
import { bringSource } from './sources.ts';
import { admit, requireAllUsed } from './supply.ts';

/** What a release has in the store from now on. */
export interface IngestedPins {
  readonly artifacts: number;
  /** All of them together. */
  readonly bytes: number;
  readonly core: Artifact;
  readonly provider: Artifact;
  readonly checks: readonly IngestCheck[];
}

/** Brings what the lock names, in the order of contract 2, and verifies all of it again. */
export async function bringLocked(
  run: IngestRun,
  versions: PinnedVersions,
  lock: Lock,
  checks: readonly IngestCheck[],
): Promise<IngestedPins> {
  await bringBaseImage(run, versions, versions.base.digest, lockedSignature(lock));
  const { ring } = await bringRepositoryKey(run, versions.repository, new Map());
  const indexes = await bringIndexes(run, versions, ring);
  const { url } = versions.repository;
  await bringPackages(run, url, ring, lockedIn(indexes, lock, url));
  await bringSource(run, 'core', versions.core);
  await requireCertified(run, versions, await bringSource(run, 'provider', versions.provider));
  requireAllUsed(lock, run.supply);
  await admit(run.supply, run.store);
  return {
    artifacts: lock.files.length,
    bytes: lock.files.reduce((sum, { size }) => sum + size, 0),
    core: sourceIn(lock, 'core'),
    provider: sourceIn(lock, 'provider'),
    checks,
  };
}

function lockedIn(indexes: Indexes, lock: Lock, repositoryUrl: string): ChosenPackage[] {
  return lock.files.flatMap((entry) => {
    if (entry.kind !== 'package') return [];
    const { name, version, platform, purposes } = entry;
    const record = indexes
      .get(platform)
      ?.find((offered) => offered.name === name && offered.version === version);
    if (record === undefined || entry.url !== packageUrl(repositoryUrl, platform, record)) {
      throw new FoundryError(
        'FND_STALE_LOCK',
        `${entryText(entry)} is locked at ${entry.url}, and the locked index does not offer it there`,
        { hint: 'Run `./foundry ingest`: it writes the lock anew.' },
      );
    }
    return [{ record, platform, purposes }];
  });
}

function sourceIn(lock: Lock, name: 'core' | 'provider'): Artifact {
  const found = lock.files.find((file) => file.kind === 'source' && file.name === name);
  if (found === undefined) throw new FoundryError('FND_STALE_LOCK', `the lock names no source of ${name}`);
  return { digest: found.sha256, size: found.size, mediaType: found.mediaType };
}
