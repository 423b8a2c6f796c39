import { parseSha256, type Sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { parseApkVersion, type ApkVersion } from './version.ts';

/** What `.PKGINFO` says about a package (apk-package(5)). Sizes in bytes, times in seconds since 1970. */
export interface PackageInfo {
  readonly name: string;
  readonly version: ApkVersion;
  readonly arch: string;
  readonly installedSize: number;
  readonly description: string;
  readonly url: string;
  readonly license: string;
  readonly origin: string;
  readonly maintainer: string;
  readonly buildTime: number;
  readonly commit: string;
  readonly depends: readonly string[];
  readonly provides: readonly string[];
  readonly replaces: readonly string[];
  readonly installIf: readonly string[];
  readonly providerPriority: number;
  /** SHA-256 over the raw data member; absent only before the package is written. */
  readonly dataHash: Sha256 | undefined;
}

const PACKAGE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/;

/** Parses `.PKGINFO`. Keys we do not know are left out; lines of another form are refused. Throws FND_BAD_DATA. */
export function parsePackageInfo(text: string, what: string): PackageInfo {
  const fields = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    const key = line.slice(0, Math.max(equals, 0)).trim();
    if (key === '')
      throw new FoundryError('FND_BAD_DATA', `${what}: .PKGINFO has the line ${JSON.stringify(line)}`);
    fields.set(key, [...(fields.get(key) ?? []), line.slice(equals + 1).trim()]);
  }
  const one = (key: string): string => fields.get(key)?.at(-1) ?? '';
  const all = (key: string): string[] => (fields.get(key) ?? []).filter((value) => value !== '');
  const name = checkPackageName(one('pkgname'), what);
  const dataHash = one('datahash');
  return {
    name,
    version: parseApkVersion(one('pkgver'), `${what}, pkgver`),
    arch: one('arch'),
    installedSize: parseCount(one('size'), `${what}, size`),
    description: one('pkgdesc'),
    url: one('url'),
    license: one('license'),
    origin: one('origin'),
    maintainer: one('maintainer'),
    buildTime: parseCount(one('builddate'), `${what}, builddate`),
    commit: one('commit'),
    depends: all('depend'),
    provides: all('provides'),
    replaces: all('replaces').flatMap((value) => value.split(' ')),
    installIf: all('install_if').flatMap((value) => value.split(' ')),
    providerPriority: parseCount(one('provider_priority'), `${what}, provider_priority`),
    dataHash: dataHash === '' ? undefined : parseSha256(dataHash, `${what}, datahash`),
  };
}

/** Renders `.PKGINFO`. Throws FND_BAD_DATA when a value would break its line or its name. */
export function renderPackageInfo(info: PackageInfo): string {
  checkPackageName(info.name, 'package to write');
  const lines: [string, string | number][] = [
    ['pkgname', info.name],
    ['pkgver', info.version],
    ['arch', info.arch],
    ['size', info.installedSize],
    ['origin', info.origin],
    ['pkgdesc', info.description],
    ['url', info.url],
    ['commit', info.commit],
    ...(info.buildTime === 0 ? [] : [['builddate', info.buildTime] as [string, number]]),
    ['license', info.license],
    ...(info.maintainer === '' ? [] : [['maintainer', info.maintainer] as [string, string]]),
    ...info.depends.map((value): [string, string] => ['depend', value]),
    ...info.provides.map((value): [string, string] => ['provides', value]),
    ...info.replaces.map((value): [string, string] => ['replaces', value]),
    ...(info.installIf.length === 0 ? [] : [['install_if', info.installIf.join(' ')] as [string, string]]),
    ...(info.providerPriority === 0
      ? []
      : [['provider_priority', info.providerPriority] as [string, number]]),
    ...(info.dataHash === undefined ? [] : [['datahash', info.dataHash] as [string, string]]),
  ];
  for (const [key, value] of lines) {
    if (/[\r\n]/.test(String(value))) {
      throw new FoundryError('FND_BAD_DATA', `package ${info.name}: ${key} has more than one line`);
    }
  }
  return lines.map(([key, value]) => `${key} = ${value}\n`).join('');
}

/** Checks the name of a package: it becomes part of paths and lines. Throws FND_BAD_DATA. */
export function checkPackageName(name: string, what: string): string {
  if (PACKAGE_NAME.test(name)) return name;
  throw new FoundryError('FND_BAD_DATA', `${what}: ${JSON.stringify(name)} is not a package name`);
}

/** Parses a count in decimal; empty is 0. Throws FND_BAD_DATA. */
export function parseCount(text: string, what: string): number {
  if (text === '') return 0;
  const count = /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  if (count !== undefined) return count;
  throw new FoundryError('FND_BAD_DATA', `${what}: ${JSON.stringify(text)} is not a count`);
}
