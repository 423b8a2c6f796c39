import { posix } from 'node:path';
import type { PackageFile } from '../../adapters/apk/package-file.ts';
import { writePackage, type PackageEntry } from '../../adapters/apk/write-package.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { CatalogueEntry } from './catalogue-entry.ts';
import { readDeb, type DebEntry, type DebFile } from './deb-file.ts';
import { licenceOf } from './licence.ts';
import { findNeeds } from './needs.ts';
import { mapContent, mapLink, mapPath } from './path-mapping.ts';
import { applySpecial } from './special.ts';
import { apkVersionOf } from './version-mapping.ts';

/** Said in every package of the lab, so that none can be taken for a real one. */
export const LAB = {
  maintainer: 'wolfi-openssl-fips lab',
  suffix: ' (foundry lab, made from Debian packages; not from Wolfi)',
  url: 'https://lab.foundry.invalid/',
} as const;

/**
 * Makes one package of the catalogue from its Debian packages, unsigned. The same files give the same bytes.
 * Holds the files of one package in memory. Throws FND_BAD_DATA when a Debian package is not what the catalogue expects.
 */
export async function convertPackage(
  entry: CatalogueEntry,
  debPaths: readonly string[],
): Promise<PackageFile> {
  const debs: DebFile[] = [];
  for (const path of debPaths) debs.push(await readDeb(path));
  const [first] = debs;
  if (first === undefined)
    throw new FoundryError('FND_BAD_DATA', `package ${entry.name} has no Debian package`);
  const version = apkVersionOf(first.version);
  const entries = applySpecial(entry.special, collect(entry, debs));
  const needs = findNeeds(entries, version);
  const built = debs.map((deb) => `${deb.name} ${deb.version}`).join(', ');
  return await writePackage(
    {
      name: entry.name,
      version,
      arch: 'x86_64',
      description: `${entry.description}${LAB.suffix}`,
      url: first.homepage === '' ? LAB.url : first.homepage,
      license: licenceOf(copyrightOf(debs)),
      origin: entry.origin,
      maintainer: LAB.maintainer,
      buildTime: Math.max(...debs.map((deb) => deb.newest)),
      commit: `debian: ${built}`,
      depends: [...new Set([...(entry.depends ?? []), ...needs.depends])].sort(),
      provides: [...(entry.provides ?? []).map((name) => `${name}=${version}`), ...needs.provides].sort(),
      replaces: [],
      installIf: [],
      providerPriority: 0,
    },
    entries,
  );
}

function collect(entry: CatalogueEntry, debs: readonly DebFile[]): PackageEntry[] {
  const found = new Map<string, PackageEntry>();
  for (const file of debs.flatMap((deb) => deb.entries)) {
    const path = mapPath(file.path);
    if (path === undefined || !isWanted(entry, path)) continue;
    const moved = moveEntry(file, path);
    const before = found.get(path);
    if (moved !== undefined && (before === undefined || before.type === 'symlink')) found.set(path, moved);
  }
  for (const [path, target] of Object.entries(entry.links ?? {}))
    found.set(path, { type: 'symlink', path, target });
  for (const [path, text] of Object.entries(entry.texts ?? {})) {
    found.set(path, { type: 'file', path, mode: 0o644, content: Buffer.from(text) });
  }
  const kept = [...found.values()].filter((item) => item.type !== 'hardlink' || found.has(item.target));
  if (kept.length > 0) return kept;
  throw new FoundryError(
    'FND_BAD_DATA',
    `package ${entry.name}: nothing in its Debian packages fits the catalogue`,
  );
}

function isWanted(entry: CatalogueEntry, path: string): boolean {
  if (entry.leaveOut?.test(path) === true) return false;
  return entry.only === undefined || entry.only.test(path);
}

function moveEntry(file: DebEntry, path: string): PackageEntry | undefined {
  if (file.type === 'file') return { ...file, path, content: mapContent(path, file.content) };
  const target = file.type === 'symlink' ? mapLink(file.path, file.target) : mapPath(file.target);
  return target === undefined ? undefined : { ...file, path, target };
}

function copyrightOf(debs: readonly DebFile[]): string {
  const file = debs
    .flatMap((deb) => deb.entries)
    .find((entry) => entry.type === 'file' && posix.basename(entry.path) === 'copyright');
  return file?.type === 'file' ? Buffer.from(file.content).toString('utf8') : '';
}
