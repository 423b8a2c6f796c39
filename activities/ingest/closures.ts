import type { IndexRecord } from '../../adapters/apk/index-record.ts';
import { FoundryError } from '../../domain/errors.ts';
import { isOver } from '../../domain/pins/policy.ts';
import { isLeftOut, isOwnPackage, type Platform, PURPOSES, type Purpose } from '../../domain/pins/variant.ts';
import type { Versions } from '../../domain/pins/versions.ts';
import { ownPackagesIn, takable } from './closure/own-packages.ts';
import { resolveClosure } from './closure/resolve-closure.ts';
import type { Indexes } from './package-index.ts';
import type { ChosenPackage } from './packages.ts';

/** The packages that each base image holds, by platform. */
export type BasePackages = ReadonlyMap<Platform, readonly IndexRecord[]>;

/** All closures: what is pinned, and the packages behind it. */
export interface Closures {
  readonly pins: { readonly [P in Purpose]?: Readonly<Record<string, string>> };
  readonly packages: readonly ChosenPackage[];
}

/**
 * Resolves the closure of every purpose on every platform. Standard and development hold what the base image holds, at its
 * exact versions and without its package manager, and what their roots need beside it. Images take none of the packages that we build. A
 * hold keeps a package at its pinned version while it lasts, and a policy the whole build environment. Throws FND_UNRESOLVED, also when platforms end up with different versions of a package;
 * FND_DIGEST_MISMATCH when the repository has another package under the name and version of one in the base image.
 */
export function resolveClosures(
  versions: Versions,
  indexes: Indexes,
  base: BasePackages,
  now: Date,
): Closures {
  const pins: { [P in Purpose]?: Record<string, string> } = {};
  const packages = new Map<string, ChosenPackage>();
  for (const purpose of PURPOSES) {
    if (versions.packages[purpose] === undefined) continue;
    const pinned: Record<string, string> = {};
    for (const [platform, records] of indexes) {
      const inBase = standsOnBase(purpose) ? (base.get(platform) ?? []) : [];
      for (const record of closureOf({ versions, purpose, records, inBase, now })) {
        pin(pinned, record, purpose, platform);
        const key = JSON.stringify([platform, record.name, record.version]);
        const purposes = packages.get(key)?.purposes ?? [];
        packages.set(key, { record, platform, purposes: [...purposes, purpose] });
      }
    }
    pins[purpose] = pinned;
  }
  return { pins, packages: [...packages.values()] };
}

interface Order {
  readonly versions: Versions;
  readonly purpose: Purpose;
  readonly records: readonly IndexRecord[];
  readonly inBase: readonly IndexRecord[];
  readonly now: Date;
}

function closureOf({ versions, purpose, records, inBase, now }: Order): IndexRecord[] {
  const kept = inBase.filter(({ name }) => !isOwnPackage(name) && !isLeftOut(name));
  for (const record of kept) requireOffered(record, records);
  return resolveClosure({
    records: [...takable(purpose, records)],
    roots: [
      ...kept.map(({ name, version }) => `${name}=${version}`),
      ...(versions.packages[purpose]?.roots ?? []).filter(
        (root) => purpose === 'build' || !isOwnPackage(root),
      ),
    ],
    present: ownPackagesIn(purpose, versions),
    bounds: [...holds(versions, purpose, now), ...keptPins(versions, purpose)],
  });
}

function standsOnBase(purpose: Purpose): boolean {
  return purpose === 'standard' || purpose === 'development';
}

function requireOffered(held: IndexRecord, records: readonly IndexRecord[]): void {
  const offered = records.find(({ name, version }) => name === held.name && version === held.version);
  const subject = `the base image holds ${held.name} ${held.version}`;
  if (offered === undefined) {
    throw new FoundryError('FND_UNRESOLVED', `${subject}, which the repository no longer offers`, {
      hint: 'It may have been withdrawn. Wait for the next base image.',
    });
  }
  if (offered.checksum === held.checksum) return;
  throw new FoundryError(
    'FND_DIGEST_MISMATCH',
    `${subject} with checksum ${held.checksum}; the repository offers it with ${offered.checksum}`,
  );
}

function holds({ hold, packages }: Versions, purpose: Purpose, now: Date): string[] {
  return Object.entries(hold)
    .filter(([, { expires }]) => !isOver(expires, now))
    .flatMap(([name]) => {
      const version = packages[purpose]?.versions?.[name];
      return version === undefined ? [] : [`${name}=${version}`];
    });
}

/** Every change of the build environment compiles OpenSSL anew, its module too: a policy may leave that to a person. */
function keptPins({ policy, packages }: Versions, purpose: Purpose): string[] {
  if (purpose !== 'build' || policy.ingest.build === 'follow') return [];
  return Object.entries(packages.build?.versions ?? {}).map(([name, version]) => `${name}=${version}`);
}

function pin(
  pinned: Record<string, string>,
  record: IndexRecord,
  purpose: Purpose,
  platform: Platform,
): void {
  const { name, version } = record;
  const other = pinned[name];
  if (other !== undefined && other !== version) {
    throw new FoundryError(
      'FND_UNRESOLVED',
      `${purpose}: ${name} is ${version} on ${platform} and ${other} on another platform`,
      { hint: 'The repository is being updated, platform by platform. Try again later.' },
    );
  }
  pinned[name] = version;
}
