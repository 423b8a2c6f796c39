import type { IndexRecord } from '../../../adapters/apk/index-record.ts';
import type { ApkVersion } from '../../../adapters/apk/version.ts';
import { compareApkVersions } from '../../../adapters/apk/version.ts';
import { type Dependency, isWithin, providedName, readProvided } from './dependency.ts';

/** What the choice of packages looks at; an {@link IndexRecord} is one. */
export type Choosable = Pick<
  IndexRecord,
  'name' | 'version' | 'origin' | 'depends' | 'provides' | 'providerPriority'
>;

/** How a package answers to one name. */
export interface Answer {
  /** The version of the name, which is not the package's own for what it provides. */
  readonly version: ApkVersion | undefined;
  readonly isByName: boolean;
}

/** A package as the answer to one name, with what speaks for it: a record of an index is read each time that it is asked. */
export interface Offer extends Answer, Pick<Choosable, 'origin' | 'providerPriority'> {
  readonly record: Choosable;
}

/** All names that packages answer to. */
export interface Offers {
  /** Who answers to a name, in an order that does not depend on that of the index. */
  of(name: string): readonly Offer[];
}

/** What speaks for one of several answers beside itself. */
export interface Company {
  /** The versions of the packages that are chosen, by name. */
  readonly chosen: ReadonlyMap<string, Pick<Choosable, 'version'>>;
  /** The versions of the source packages that they come from. */
  readonly origins: ReadonlyMap<string, ApkVersion>;
}

const NONE: readonly Choosable[] = [];

/** Collects the names that packages answer to; what an offer says is read when its name is asked for. */
export function collectOffers(records: readonly Choosable[]): Offers {
  const whose = new Map<string, Choosable | Choosable[]>();
  for (const record of records) {
    note(whose, record.name, record);
    for (const text of record.provides) note(whose, providedName(text), record);
  }
  const known = new Map<string, readonly Offer[]>();
  return {
    of(name) {
      const there = known.get(name);
      if (there !== undefined) return there;
      const found = [whose.get(name) ?? NONE].flat();
      const offers = found.map((record) => offerOf(record, name)).sort(byNameAndVersion);
      known.set(name, offers);
      return offers;
    },
  };
}

/** The offers of `a`, and of `b` those that are admitted. */
export function joinOffers(a: Offers, b: Offers, isAdmitted: (offer: Offer) => boolean): Offers {
  const known = new Map<string, readonly Offer[]>();
  return {
    of(name) {
      const there = known.get(name);
      if (there !== undefined) return there;
      const offers = [...a.of(name), ...b.of(name).filter(isAdmitted)].sort(byNameAndVersion);
      known.set(name, offers);
      return offers;
    },
  };
}

/** The names that one package answers to, each once. */
export function* namesOf(record: Choosable): Generator<[string, Answer]> {
  yield [record.name, { version: record.version, isByName: true }];
  const names = new Set([record.name]);
  for (const text of record.provides) {
    const { name, version } = readProvided(text);
    if (names.has(name)) continue;
    names.add(name);
    yield [name, { version, isByName: false }];
  }
}

/** The offers that meet a dependency. */
export function answersTo(offers: Offers, dependency: Dependency): Offer[] {
  return offers.of(dependency.name).filter(({ version }) => isWithin(version, dependency));
}

/**
 * The better one of two answers to a name, negative for `a`, as apko 1.2 has it: what is chosen already, then what comes from a
 * source package that is, then the newer version of the name if both have one, then the newer one of a package, then the higher
 * provider priority, then the higher version of the package, then the name.
 */
export function compareOffers(a: Offer, b: Offer, { chosen, origins }: Company): number {
  const [one, other] = [a.record, b.record];
  const isChosen = ({ name, version }: Choosable): boolean => chosen.get(name)?.version === version;
  const isOfChosen = ({ origin, record }: Offer): boolean =>
    origin !== '' && origins.get(origin) === record.version;
  const versions = compareApkVersions(other.version, one.version);
  return (
    Number(isChosen(other)) - Number(isChosen(one)) ||
    Number(isOfChosen(b)) - Number(isOfChosen(a)) ||
    (a.version === undefined || b.version === undefined ? 0 : compareApkVersions(b.version, a.version)) ||
    (one.name === other.name ? versions : 0) ||
    b.providerPriority - a.providerPriority ||
    versions ||
    compareText(one.name, other.name)
  );
}

function offerOf(record: Choosable, name: string): Offer {
  const { origin, providerPriority } = record;
  if (record.name === name)
    return { record, origin, providerPriority, version: record.version, isByName: true };
  const text = record.provides.find((one) => providedName(one) === name) ?? name;
  return { record, origin, providerPriority, version: readProvided(text).version, isByName: false };
}

function byNameAndVersion({ record: a }: Offer, { record: b }: Offer): number {
  return compareText(a.name, b.name) || compareApkVersions(a.version, b.version);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Most names have one package, which is its own list: there are hundreds of thousands of names. */
function note(whose: Map<string, Choosable | Choosable[]>, name: string, record: Choosable): void {
  const there = whose.get(name);
  if (there === undefined) whose.set(name, record);
  else if (!Array.isArray(there)) {
    if (there !== record) whose.set(name, [there, record]);
  } else if (there.at(-1) !== record) there.push(record);
}
