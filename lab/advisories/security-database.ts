import { compareReleases } from '../sources/source-release.ts';
import type { Advisory } from './advisory.ts';

/** The apk origin of every OpenSSL core package; scanners look advisories up by it. */
export const OPENSSL_ORIGIN = 'openssl';

/** Wolfi's secdb, as `security.json` carries it. */
export interface SecurityDatabase {
  readonly apkurl: string;
  readonly archs: readonly string[];
  readonly reponame: string;
  readonly urlprefix: string;
  readonly packages: readonly { readonly pkg: { readonly name: string; readonly secfixes: SecurityFixes } }[];
}

/** For each apk version, the CVEs that it fixed. */
export type SecurityFixes = Readonly<Record<string, readonly string[]>>;

/**
 * The fixes of the core as secdb tells them, by apk version, oldest first.
 *
 * Decision: the lab keys fixes by the versions of our core line (`3.5.7-r0`), not by those of Wolfi's own 3.6 line as the real secdb
 * does, but for one that shows what comes of that. So yesterday's 3.5 core shows its CVEs and today's only that one; any 3.6 package has
 * a higher version and shows none, even where the real one would. secdb knows fixed versions only: a CVE without a fix cannot be said in
 * it, nor found by a scanner that reads it.
 */
export function securityFixes(advisories: readonly Advisory[]): SecurityFixes {
  const byRelease = new Map<string, string[]>();
  for (const { fixedIn, fixedInWolfi, cve } of advisories) {
    const release = fixedInWolfi ?? fixedIn;
    if (release === undefined) continue;
    byRelease.set(release, [...(byRelease.get(release) ?? []), cve]);
  }
  const sorted = [...byRelease].sort(([a], [b]) => compareReleases(a, b));
  return Object.fromEntries(sorted.map(([release, cves]) => [`${release}-r0`, cves.sort()]));
}

/** The lab's `security.json`. Addresses end in `.invalid`: nothing in it can be taken for the real repository's. */
export function securityDatabase(advisories: readonly Advisory[]): SecurityDatabase {
  return {
    apkurl: '{{urlprefix}}/{{reponame}}/{{arch}}/{{pkg.name}}-{{pkg.ver}}.apk',
    archs: ['x86_64'],
    reponame: 'os',
    urlprefix: 'http://foundry-lab.invalid',
    packages: [{ pkg: { name: OPENSSL_ORIGIN, secfixes: securityFixes(advisories) } }],
  };
}
