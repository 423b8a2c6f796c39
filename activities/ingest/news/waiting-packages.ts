import { parseApkVersion } from '../../../adapters/apk/version.ts';
import { oldEnoughAt, type Patience } from '../../../domain/ingest/decide.ts';
import type { Waiting } from '../../../domain/ingest/plan.ts';
import type { Platform, Purpose } from '../../../domain/pins/variant.ts';
import type { Versions } from '../../../domain/pins/versions.ts';
import { type BasePackages, type Closures, isKept, takenFromBase } from '../closures.ts';
import type { Indexes } from '../package-index.ts';
import type { Admission } from './admission.ts';
import { isHeld } from './base-news.ts';
import { packageBump } from './bumps.ts';

/** What the packages were chosen from, and by what. */
export interface PackageChoice {
  readonly versions: Versions;
  readonly indexes: Indexes;
  readonly base: BasePackages;
  readonly closures: Closures;
  readonly admission: Admission;
  readonly patience: Patience;
}

/**
 * The packages that stay at their pin though the repository has a newer version: too young, or held. What an image takes as the base image
 * has it is decided with the base image, and a build environment that is kept waits for nothing.
 */
export function waitingPackages(choice: PackageChoice): Waiting[] {
  const waiting = new Map<string, Waiting>();
  for (const { record, platform, purposes } of choice.closures.packages) {
    for (const purpose of purposes) {
      const found = waitingFor(choice, { name: record.name, platform, purpose });
      if (found === undefined) continue;
      const key = JSON.stringify([record.name, found.bump.from, found.bump.to, found.why]);
      const others = waiting.get(key)?.bump.purposes ?? [];
      const all = others.includes(purpose) ? others : [...others, purpose];
      waiting.set(key, { ...found, bump: { ...found.bump, purposes: all } });
    }
  }
  return [...waiting.values()].toSorted((a, b) => (a.bump.name < b.bump.name ? -1 : 1));
}

function waitingFor(
  { versions, indexes, base, closures, admission, patience }: PackageChoice,
  { name, platform, purpose }: { name: string; platform: Platform; purpose: Purpose },
): Waiting | undefined {
  const pinned = versions.packages[purpose]?.versions ?? {};
  const from = Object.hasOwn(pinned, name) ? pinned[name] : undefined;
  const isOfBase = takenFromBase(purpose, base.get(platform) ?? []).some((held) => held.name === name);
  if (from === undefined || isOfBase || isKept(versions, purpose)) return undefined;
  const newest = admission.newestAbove(indexes.get(platform) ?? [], name, parseApkVersion(from));
  if (newest === undefined || closures.pins[purpose]?.[name] === newest.candidate.record.version)
    return undefined;
  const { candidate, isAdmitted } = newest;
  const bump = packageBump(candidate.record, { from, fixes: candidate.fixes, purposes: [purpose] });
  if (isHeld(versions, name, patience.now)) {
    const { owner, reason, expires } = versions.hold[name] ?? {};
    return { bump, why: 'hold', until: `${expires}T23:59:59Z`, detail: `held by ${owner}: ${reason}` };
  }
  // Whatever else keeps it down is a bound of another package.
  if (isAdmitted) return undefined;
  const until = oldEnoughAt(candidate, patience)?.toISOString() ?? null;
  return {
    bump,
    why: 'cooldown',
    until,
    detail: 'it fixes nothing that is not taken, and is younger than the cooldown of the policy',
  };
}
