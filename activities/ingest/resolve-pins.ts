import type { IndexRecord } from '../../adapters/apk/index-record.ts';
import { readLock, renderLock } from '../../domain/pins/lock.ts';
import { lockedInputs, requireLockOf } from '../../domain/pins/lock-fit.ts';
import { requirePins } from '../../domain/pins/open-pins.ts';
import { LOCK_FILE, VERSIONS_FILE } from '../../domain/pins/pin-files.ts';
import { readVersions } from '../../domain/pins/read-versions.ts';
import { recordPins } from '../../domain/pins/record-pins.ts';
import type { Platform } from '../../domain/pins/variant.ts';
import type { Versions } from '../../domain/pins/versions.ts';
import { type BaseContents, readBaseContents } from './base-contents.ts';
import { type BaseImage, bringBaseImage, newestBase } from './base-image.ts';
import { attachedSignature } from './base-signature.ts';
import { resolveClosures } from './closures.ts';
import { requireCertified } from './fips-source.ts';
import type { IngestCheck, IngestRun } from './ingest-context.ts';
import { bringIndexes } from './package-index.ts';
import { bringPackages } from './packages.ts';
import { bringRepositoryKey } from './repository-key.ts';
import { bringSource } from './sources.ts';
import { admit } from './supply.ts';

/** What to resolve. */
export interface ResolveOrder {
  /** The text of `versions.hcl`; its pins may be open. */
  readonly versions: string;
  /** The text of the lock beside it, if there is one. */
  readonly lock: string | null;
  /** Leaves the store as it is. */
  readonly isDryRun: boolean;
}

/** What was resolved: the texts to commit. Equal to what was given when the upstream has no news. */
export interface ResolvedPins {
  readonly versions: string;
  readonly lock: string;
  readonly isChanged: boolean;
  readonly checks: readonly IngestCheck[];
}

/** Asks the upstream for what is pinned and open, in the order of contract 2, and writes down what it verified. */
export async function resolveAndVerify(
  run: IngestRun,
  order: ResolveOrder,
  checks: readonly IngestCheck[],
): Promise<ResolvedPins> {
  const versions = readVersions(order.versions, VERSIONS_FILE);
  const known = order.lock === null ? undefined : readLock(order.lock, LOCK_FILE);
  const image = await bringBaseImage(
    run,
    versions,
    await newestBase(run, versions.base),
    attachedSignature(known),
  );
  const contents = await readPlatforms(image, versions);
  const key = await bringRepositoryKey(run, versions.repository, keysOf(contents));
  const indexes = await bringIndexes(run, versions, key.ring);
  const closures = resolveClosures(versions, indexes, packagesOf(contents), run.now());
  await bringPackages(run, versions.repository.url, key.ring, closures.packages);
  const core = await bringSource(run, 'core', versions.core);
  const provider = await bringSource(run, 'provider', versions.provider);
  await requireCertified(run, versions, provider);

  const text = recordPins(order.versions, VERSIONS_FILE, {
    core: { sha256: core.sha256 },
    provider: { sha256: provider.sha256 },
    baseDigest: image.digest,
    keySha256: key.sha256,
    packages: closures.pins,
  });
  const lock = lockText(text, run);
  if (!order.isDryRun) await admit(run.supply, run.store);
  return { versions: text, lock, isChanged: text !== order.versions || lock !== order.lock, checks };
}

function lockText(versionsText: string, run: IngestRun): string {
  const pinned = requirePins(readVersions(versionsText, VERSIONS_FILE), VERSIONS_FILE);
  const files = run.supply.brought().map(({ entry }) => entry);
  const lock = { schemaVersion: 1, pins: lockedInputs(pinned), files } as const;
  const text = renderLock({ ...lock, files });
  requireLockOf(pinned, readLock(text, LOCK_FILE), LOCK_FILE);
  return text;
}

async function readPlatforms(image: BaseImage, { base }: Versions): Promise<Map<Platform, BaseContents>> {
  const contents = new Map<Platform, BaseContents>();
  for (const [platform, layers] of image.layers) {
    contents.set(platform, await readBaseContents(layers, `${base.image}@${image.digest} (${platform})`));
  }
  return contents;
}

function packagesOf(contents: ReadonlyMap<Platform, BaseContents>): Map<Platform, readonly IndexRecord[]> {
  return new Map([...contents].map(([platform, { packages }]) => [platform, packages]));
}

/** A key counts when the image of any platform holds it: one signature covers them all. */
function keysOf(contents: ReadonlyMap<Platform, BaseContents>): Map<string, readonly string[]> {
  const keys = new Map<string, readonly string[]>();
  for (const { keys: held } of contents.values()) {
    for (const [name, texts] of held) keys.set(name, [...(keys.get(name) ?? []), ...texts]);
  }
  return keys;
}
