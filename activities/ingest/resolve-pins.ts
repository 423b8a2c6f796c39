import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { FoundryError } from '../../domain/errors.ts';
import { certificateAlarm, isCertificateOver } from '../../domain/ingest/certificate-alarm.ts';
import { type Lock, readLock, renderLock } from '../../domain/pins/lock.ts';
import { lockedInputs, requireLockOf } from '../../domain/pins/lock-fit.ts';
import { requirePins } from '../../domain/pins/open-pins.ts';
import { LOCK_FILE, VERSIONS_FILE } from '../../domain/pins/pin-files.ts';
import { readVersions } from '../../domain/pins/read-versions.ts';
import { recordPins } from '../../domain/pins/record-pins.ts';
import { requireCertified } from './fips-source.ts';
import type { IngestCheck, IngestRun, VerifiedSource } from './ingest-context.ts';
import { choose, type Chosen } from './news/choose.ts';
import { type Findings, findingsOf, NO_FINDINGS } from './news/findings.ts';
import type { NewestBuilds } from './news/rollback.ts';
import { lookAround, type Surroundings } from './news/surroundings.ts';
import { bringPackages } from './packages.ts';
import { bringSource } from './sources.ts';
import { admit, type Supply } from './supply.ts';

/** What to resolve. */
export interface ResolveOrder {
  /** The text of `versions.hcl`; its pins may be open. */
  readonly versions: string;
  /** The text of the lock beside it, if there is one. */
  readonly lock: string | null;
  /** Leaves the store as it is. */
  readonly isDryRun: boolean;
  /** Lets closures grow as they will: a person said so. */
  readonly isGrowthAccepted?: boolean;
  /** What was seen of the package indexes before. */
  readonly seen?: NewestBuilds;
}

/** What was resolved: the texts to commit. Equal to what was given when no pin follows from what the upstream has. */
export interface ResolvedPins extends Findings {
  readonly versions: string;
  /** Empty when there was none, and none was made. */
  readonly lock: string;
  readonly isChanged: boolean;
  readonly checks: readonly IngestCheck[];
}

/**
 * Asks the upstream for what is pinned and open, in the order of contract 2, decides by policy what of it is taken, and writes down what it
 * verified. Under a certificate that has ended nothing is asked or taken: that is an alarm.
 */
export async function resolveAndVerify(
  run: IngestRun,
  order: ResolveOrder,
  checks: readonly IngestCheck[],
): Promise<ResolvedPins> {
  const before = readVersions(order.versions, VERSIONS_FILE);
  const known = order.lock === null ? undefined : readLock(order.lock, LOCK_FILE);
  const same = { versions: order.versions, lock: order.lock ?? '', isChanged: false, checks };
  if (isCertificateOver(before, run.now())) {
    const alarm = certificateAlarm(before, run.now());
    return { ...same, ...NO_FINDINGS, alarms: alarm === null ? [] : [alarm] };
  }
  const around = await lookAround(run, { before, known, seen: order.seen ?? {} });
  const chosen = await choose(run, around, { isGrowthAccepted: order.isGrowthAccepted === true });
  const text = recorded(order.versions, around, chosen, await bringChosen(run, around, chosen));
  const lock = lockText(text, run);
  const findings = findingsOf(around, chosen, readVersions(text, VERSIONS_FILE));
  const isChanged = text !== order.versions || !(await isGoodEnough(run.store, text, known));
  if (!order.isDryRun && (isChanged || lock === order.lock)) await admit(run.supply, run.store);
  return isChanged ? { ...findings, versions: text, lock, isChanged, checks } : { ...same, ...findings };
}

interface Sources {
  readonly core: VerifiedSource;
  readonly provider: VerifiedSource;
}

async function bringChosen(run: IngestRun, around: Surroundings, chosen: Chosen): Promise<Sources> {
  const { before, key, onCore } = around;
  await bringPackages(run, before.repository.url, key.ring, chosen.closures.packages);
  const core = await bringSource(run, 'core', chosen.aimed.core);
  const listed = onCore.taken?.release.sha256;
  if (listed !== undefined && listed !== core.sha256) {
    const { version } = chosen.aimed.core;
    throw new FoundryError(
      'FND_DIGEST_MISMATCH',
      `the archive of ${version} has the digest ${core.sha256}; the list of releases says ${listed}`,
    );
  }
  const provider = await bringSource(run, 'provider', before.provider);
  await requireCertified(run, before, provider);
  return { core, provider };
}

function recorded(
  text: string,
  { key, onCore }: Surroundings,
  { aimed, base, closures }: Chosen,
  { core, provider }: Sources,
): string {
  const { version, released, revision } = aimed.core;
  return recordPins(text, VERSIONS_FILE, {
    core: { ...(onCore.taken === null ? {} : { version, released, revision }), sha256: core.sha256 },
    provider: { sha256: provider.sha256 },
    baseDigest: base.image.digest,
    keySha256: key.sha256,
    packages: closures.pins,
  });
}

function lockText(versionsText: string, { supply }: { readonly supply: Supply }): string {
  const pinned = requirePins(readVersions(versionsText, VERSIONS_FILE), VERSIONS_FILE);
  const files = supply.brought().map(({ entry }) => entry);
  const text = renderLock({ schemaVersion: 1, pins: lockedInputs(pinned), files });
  requireLockOf(pinned, readLock(text, LOCK_FILE), LOCK_FILE);
  return text;
}

/**
 * Whether the lock that is there serves these pins as well as a new one: it was made for them, and the store has its bytes. Repositories
 * write their index anew all day long, and an index that changes no pin is no reason for a commit.
 */
async function isGoodEnough(store: ArtifactStore, text: string, known: Lock | undefined): Promise<boolean> {
  if (known === undefined) return false;
  const pinned = requirePins(readVersions(text, VERSIONS_FILE), VERSIONS_FILE);
  try {
    requireLockOf(pinned, known, LOCK_FILE);
  } catch (error) {
    if (error instanceof FoundryError && error.code === 'FND_STALE_LOCK') return false;
    throw error;
  }
  for (const { sha256 } of known.files) if (!(await store.has(sha256))) return false;
  return true;
}
