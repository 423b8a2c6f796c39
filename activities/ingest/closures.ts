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

/** What may be chosen from. */
export interface Choice {
  /** The packages that may be taken for a purpose, of all that a repository offers; all of them when left out. */
  readonly admit?: (offer: Offered) => readonly IndexRecord[];
  /** Whether every package that is pinned stays at its version. */
  readonly areKept?: boolean;
}

/** What a repository offers for a purpose. */
export interface Offered {
  readonly purpose: Purpose;
  readonly records: readonly IndexRecord[];
  /** The packages that the purpose takes as the base image has them. */
  readonly inBase: readonly IndexRecord[];
}

/**
 * Resolves the closure of every purpose on every platform. Standard and development hold what the base image holds, at its
 * exact versions and without its package manager, and what their roots need beside it. Images take none of the packages that we build. A
 * hold keeps a package at its pinned version while it lasts, and a policy the whole build environment. Throws FND_UNRESOLVED, also when
 * platforms end up with different versions of a package; FND_DIGEST_MISMATCH when the repository has another package under the name and
 * version of one in the base image.
 */
export function resolveClosures(
  versions: Versions,
  indexes: Indexes,
  base: BasePackages,
  now: Date,
  choice: Choice = {},
): Closures {
  const pins: { [P in Purpose]?: Record<string, string> } = {};
  const packages = new Map<string, ChosenPackage>();
  for (const purpose of PURPOSES) {
    if (versions.packages[purpose] === undefined) continue;
    const pinned: Record<string, string> = {};
    for (const [platform, records] of indexes) {
      const inBase = takenFromBase(purpose, base.get(platform) ?? []);
      for (const record of closureOf({ versions, purpose, records, inBase, now, choice })) {
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

interface Order extends Offered {
  readonly versions: Versions;
  readonly now: Date;
  readonly choice: Choice;
}

function closureOf({ versions, purpose, records, inBase, now, choice }: Order): IndexRecord[] {
  for (const record of inBase) requireOffered(record, records);
  return resolveClosure({
    records,
    admitted: takable(purpose, choice.admit?.({ purpose, records, inBase }) ?? records),
    roots: [
      ...inBase.map(({ name, version }) => `${name}=${version}`),
      ...(versions.packages[purpose]?.roots ?? []).filter(
        (root) => purpose === 'build' || !isOwnPackage(root),
      ),
    ],
    present: ownPackagesIn(purpose, versions),
    bounds: [...holds(versions, purpose, now), ...keptPins(versions, purpose, choice)],
  });
}

/** The packages that an image takes over as the base image has them. */
export function takenFromBase(purpose: Purpose, held: readonly IndexRecord[]): readonly IndexRecord[] {
  if (purpose !== 'standard' && purpose !== 'development') return [];
  return held.filter(({ name }) => !isOwnPackage(name) && !isLeftOut(name));
}

/** Whether a purpose keeps its pins as long as nobody removes them: every change of the build environment compiles OpenSSL anew. */
export function isKept({ policy }: Versions, purpose: Purpose): boolean {
  return purpose === 'build' && policy.ingest.build === 'keep';
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

function keptPins(versions: Versions, purpose: Purpose, { areKept = false }: Choice): string[] {
  if (!areKept && !isKept(versions, purpose)) return [];
  const pinned = versions.packages[purpose]?.versions ?? {};
  return Object.entries(pinned).map(([name, version]) => `${name}=${version}`);
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
