import type { IndexRecord } from '../../../adapters/apk/index-record.ts';
import type { ApkVersion } from '../../../adapters/apk/version.ts';
import { compareApkVersions } from '../../../adapters/apk/version.ts';
import { type Dependency, isWithin, readProvided } from './dependency.ts';

/** What the choice of packages looks at; an {@link IndexRecord} is one. */
export type Choosable = Pick<
  IndexRecord,
  'name' | 'version' | 'origin' | 'depends' | 'provides' | 'providerPriority'
>;

/** A package as the answer to one name. */
export interface Offer<T extends Choosable> {
  readonly record: T;
  /** The version of the name, which is not the package's own for what it provides. */
  readonly version: ApkVersion | undefined;
  readonly isByName: boolean;
}

/** All names that packages answer to. */
export type Offers<T extends Choosable> = ReadonlyMap<string, readonly Offer<T>[]>;

/** Collects the names that packages answer to. */
export function collectOffers<T extends Choosable>(records: Iterable<T>): Offers<T> {
  const offers = new Map<string, Offer<T>[]>();
  for (const record of records) for (const [name, offer] of offersOf(record)) push(offers, name, offer);
  return offers;
}

/** The names that one package answers to. */
export function* offersOf<T extends Choosable>(record: T): Generator<[string, Offer<T>]> {
  yield [record.name, { record, version: record.version, isByName: true }];
  for (const text of record.provides) {
    const { name, version } = readProvided(text);
    if (name !== record.name) yield [name, { record, version, isByName: false }];
  }
}

/** The offers that meet a dependency. */
export function answersTo<T extends Choosable>(offers: Offers<T>, dependency: Dependency): Offer<T>[] {
  return (offers.get(dependency.name) ?? []).filter(({ version }) => isWithin(version, dependency));
}

/**
 * The better one of two answers, negative for `a`: the package of that name before one that provides it, then the higher
 * provider priority, then a source package that is in the closure already, then the newer version, then the name.
 */
export function compareOffers<T extends Choosable>(
  a: Offer<T>,
  b: Offer<T>,
  origins: ReadonlySet<string>,
): number {
  return (
    Number(b.isByName) - Number(a.isByName) ||
    b.record.providerPriority - a.record.providerPriority ||
    Number(origins.has(b.record.origin)) - Number(origins.has(a.record.origin)) ||
    compareApkVersions(b.record.version, a.record.version) ||
    (a.record.name < b.record.name ? -1 : 1)
  );
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const there = map.get(key);
  if (there === undefined) map.set(key, [value]);
  else there.push(value);
}
