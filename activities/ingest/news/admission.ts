import type { IndexRecord } from '../../../adapters/apk/index-record.ts';
import { type ApkVersion, compareApkVersions, parseApkVersion } from '../../../adapters/apk/version.ts';
import { fixesBetween, type SecurityFeed } from '../../../adapters/security-feed/security-feed.ts';
import { type Candidate, decide, isOldEnough, type Patience } from '../../../domain/ingest/decide.ts';

/** A version of a package that is newer than another one. */
interface PackageCandidate extends Candidate {
  readonly record: IndexRecord;
}

/** What decides which packages may be taken. */
export interface Admission {
  /**
   * Of all that a repository offers: of a package that is pinned, that version and those above it that policy lets through; of any other
   * what is old enough, or everything where nothing is. Never anything below a pin.
   */
  admit(records: readonly IndexRecord[], pinned: Pins): IndexRecord[];
  /** The newest version of a package that is above its pin, and whether policy lets it through. */
  newestAbove(
    records: readonly IndexRecord[],
    name: string,
    pin: ApkVersion,
  ): { readonly candidate: PackageCandidate; readonly isAdmitted: boolean } | undefined;
  /** What a version fixes that another one does not. */
  fixes(record: Pick<IndexRecord, 'name' | 'origin'>, from: ApkVersion, to: ApkVersion): string[];
}

/** Exact versions by the names of packages. */
export type Pins = Readonly<Record<string, string>>;

/** Makes the decisions of one run: by what the feed knows, and by the time that builders wrote into the packages. */
export function createAdmission(feed: SecurityFeed, patience: Patience): Admission {
  const groups = new WeakMap<readonly IndexRecord[], ReadonlyMap<string, readonly IndexRecord[]>>();
  const groupsOf = (records: readonly IndexRecord[]): ReadonlyMap<string, readonly IndexRecord[]> => {
    const found = groups.get(records) ?? Map.groupBy(records, ({ name }) => name);
    groups.set(records, found);
    return found;
  };
  const fixes: Admission['fixes'] = ({ name, origin }, from, to) =>
    fixesBetween(feed, origin === '' ? name : origin, { from, to });
  const above = (offered: readonly IndexRecord[], pin: ApkVersion): PackageCandidate[] =>
    offered
      .filter(({ version }) => compareApkVersions(version, pin) > 0)
      .toSorted((a, b) => compareApkVersions(a.version, b.version))
      .map((record) => ({ record, since: sinceOf(record), fixes: fixes(record, pin, record.version) }));
  const upFrom = (offered: readonly IndexRecord[], pin: ApkVersion): IndexRecord[] =>
    decide(above(offered, pin), patience).admitted.map(({ record }) => record);
  const known = new WeakMap<readonly IndexRecord[], readonly IndexRecord[]>();
  // An index has many thousands of these, and every purpose asks.
  const unpinned = (offered: readonly IndexRecord[]): readonly IndexRecord[] => {
    if (offered.length === 1) return offered;
    const found = known.get(offered) ?? preferred(offered);
    known.set(offered, found);
    return found;
  };
  const preferred = (offered: readonly IndexRecord[]): readonly IndexRecord[] => {
    const old = offered.filter((record) => isOldEnough({ since: sinceOf(record) }, patience));
    const newest = old.toSorted((a, b) => compareApkVersions(b.version, a.version))[0];
    if (newest === undefined || old.length === offered.length) return offered;
    return [...old, ...upFrom(offered, newest.version).filter((record) => !old.includes(record))];
  };
  return {
    fixes,
    admit(records, pinned) {
      const admitted: IndexRecord[] = [];
      for (const [name, offered] of groupsOf(records)) {
        const pin = Object.hasOwn(pinned, name) ? pinned[name] : undefined;
        if (pin === undefined) admitted.push(...unpinned(offered));
        else {
          const version = parseApkVersion(pin);
          admitted.push(...offered.filter((record) => record.version === version));
          admitted.push(...upFrom(offered, version));
        }
      }
      return admitted;
    },
    newestAbove(records, name, pin) {
      const candidates = above(groupsOf(records).get(name) ?? [], pin);
      const { waiting } = decide(candidates, patience);
      const candidate = candidates.at(-1);
      return candidate === undefined ? undefined : { candidate, isAdmitted: waiting === undefined };
    },
  };
}

/** When a package was built, where its index says it. */
export function sinceOf({ buildTime }: Pick<IndexRecord, 'buildTime'>): Date | null {
  return buildTime === 0 ? null : new Date(buildTime * 1000);
}
