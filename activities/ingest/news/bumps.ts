import type { IndexRecord } from '../../../adapters/apk/index-record.ts';
import { parseApkVersion } from '../../../adapters/apk/version.ts';
import type { OpensslRelease } from '../../../adapters/openssl-releases/openssl-releases.ts';
import { type Candidate, cvesAmong } from '../../../domain/ingest/decide.ts';
import type { Bump } from '../../../domain/ingest/plan.ts';
import { missingPins } from '../../../domain/pins/open-pins.ts';
import { PURPOSES, type Purpose } from '../../../domain/pins/variant.ts';
import type { Versions } from '../../../domain/pins/versions.ts';
import type { BaseImage } from '../base-image.ts';
import type { ChosenPackage } from '../packages.ts';
import { type Admission, sinceOf } from './admission.ts';

/** A release of the core that is newer than the pinned one. */
export interface CoreCandidate extends Candidate {
  readonly release: OpensslRelease;
}

/** What is known of the news beside the pins themselves. */
export interface BumpFacts {
  readonly core: CoreCandidate | null;
  readonly image: BaseImage;
  readonly baseFixes: readonly string[];
  readonly packages: readonly ChosenPackage[];
  readonly admission: Admission;
}

/** What differs between the pins before and after, in words for people: sources, base image, key, then packages by name. */
export function bumpsBetween(before: Versions, after: Versions, facts: BumpFacts): Bump[] {
  const bumps: Bump[] = [];
  if (facts.core !== null) bumps.push(coreBump(before, facts.core));
  else if (before.core.sha256 === undefined) bumps.push(opened('core', 'core', after.core.version));
  if (before.provider.sha256 === undefined)
    bumps.push(opened('provider', 'provider', after.provider.version));
  if (before.base.digest !== facts.image.digest) bumps.push(baseBump(before, facts.image, facts.baseFixes));
  const key = after.repository.key.sha256;
  if (before.repository.key.sha256 === undefined && key !== undefined)
    bumps.push(opened('repository-key', after.repository.key.url, key));
  return [...bumps, ...packageBumps(before, after, facts)];
}

/** A release of the core as a bump. */
export function coreBump({ core }: Versions, { release, since, fixes }: CoreCandidate): Bump {
  return {
    kind: 'core',
    name: 'core',
    from: core.version,
    to: release.version,
    reason: fixes.length > 0 ? 'security' : 'newer',
    fixes: cvesAmong(fixes),
    since: since?.toISOString() ?? null,
    purposes: [...PURPOSES].filter((purpose) => purpose !== 'build'),
    notes: release.notes,
  };
}

/** A base image as a bump. */
export function baseBump({ base }: Versions, image: BaseImage, fixes: readonly string[]): Bump {
  return {
    kind: 'base-image',
    name: base.image,
    from: base.digest ?? null,
    to: image.digest,
    reason: base.digest === undefined ? 'open-pin' : fixes.length > 0 ? 'security' : 'newer',
    fixes: cvesAmong(fixes),
    since: image.created?.toISOString() ?? null,
    purposes: ['standard', 'development'],
    notes: null,
  };
}

/** A version of a package as a bump. `fixes` are all ids that the feed has. */
export function packageBump(
  record: Pick<IndexRecord, 'name' | 'version' | 'buildTime'>,
  { from, fixes, purposes }: { from: string; fixes: readonly string[]; purposes: readonly Purpose[] },
): Bump {
  return {
    kind: 'package',
    name: record.name,
    from,
    to: record.version,
    reason: fixes.length > 0 ? 'security' : 'newer',
    fixes: cvesAmong(fixes),
    since: sinceOf(record)?.toISOString() ?? null,
    purposes: [...purposes],
    notes: null,
  };
}

function opened(kind: Bump['kind'], name: string, to: string): Bump {
  const purposes: Purpose[] = [];
  return {
    kind,
    name,
    from: null,
    to,
    reason: 'open-pin',
    fixes: [],
    since: null,
    purposes,
    notes: null,
  };
}

function packageBumps(before: Versions, after: Versions, facts: BumpFacts): Bump[] {
  const bumps = new Map<string, Bump>();
  for (const purpose of PURPOSES) {
    const old = before.packages[purpose]?.versions ?? {};
    const fresh = after.packages[purpose]?.versions ?? {};
    const isOpen = hasOpenPins(before, purpose);
    for (const name of new Set([...Object.keys(old), ...Object.keys(fresh)])) {
      const from = Object.hasOwn(old, name) ? (old[name] ?? null) : null;
      const to = Object.hasOwn(fresh, name) ? (fresh[name] ?? null) : null;
      if (from === to) continue;
      const bump = bumpOf(name, { from, to, isOpen }, facts);
      const key = JSON.stringify([name, from, to, bump.reason]);
      const purposes = [...(bumps.get(key)?.purposes ?? []), purpose];
      bumps.set(key, { ...bump, purposes });
    }
  }
  return [...bumps.values()].toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Whether a purpose has a pin that a person left open: what comes of it was asked for. */
export function hasOpenPins(versions: Versions, purpose: Purpose): boolean {
  return missingPins(versions).some(({ path }) => path[0] === 'packages' && path[1] === purpose);
}

function bumpOf(
  name: string,
  { from, to, isOpen }: { from: string | null; to: string | null; isOpen: boolean },
  { packages, admission }: BumpFacts,
): Bump {
  const empty = opened('package', name, '');
  if (to === null) return { ...empty, from, to, reason: 'no-longer-needed' };
  const found = packages.find(({ record }) => record.name === name && record.version === to);
  const record = found?.record ?? { name, version: parseApkVersion(to), buildTime: 0, origin: '' };
  if (from !== null) {
    const fixes = admission.fixes(record, parseApkVersion(from), record.version);
    return packageBump(record, { from, fixes, purposes: [] });
  }
  const since = sinceOf(record)?.toISOString() ?? null;
  return { ...empty, from, to, since, reason: isOpen ? 'open-pin' : 'needed' };
}
