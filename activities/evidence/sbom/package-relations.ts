import { parseDependency, readProvided } from '../../ingest/closure/dependency.ts';
import { compareText, type InstalledPackage } from './image-contents.ts';

/** Which packages a package of an image needs. */
export interface PackageRelations {
  /** Names of packages, sorted; itself is not among them. */
  readonly needs: readonly string[];
  /** What it asks for and no package of the image gives. */
  readonly unmet: readonly string[];
}

/**
 * What each package needs, by the packages that give it: a package by its name, or `so:`, `cmd:` and other names by who provides them.
 * Throws FND_BAD_DATA for a dependency of a form that we do not read.
 */
export function relatePackages(packages: readonly InstalledPackage[]): ReadonlyMap<string, PackageRelations> {
  const givers = giversOf(packages);
  return new Map(packages.map((one) => [one.name, relationsOf(one, givers)]));
}

/** The packages from which all others are reached: those that nothing needs, and one of each circle that nothing outside needs. */
export function rootPackages(relations: ReadonlyMap<string, PackageRelations>): string[] {
  const names = [...relations.keys()].toSorted(compareText);
  const needed = new Set([...relations.values()].flatMap(({ needs }) => needs));
  const roots = names.filter((name) => !needed.has(name));
  const reached = new Set<string>();
  for (const root of roots) reach(root, relations, reached);
  for (const name of names) {
    if (reached.has(name)) continue;
    roots.push(name);
    reach(name, relations, reached);
  }
  return roots.toSorted(compareText);
}

function giversOf(packages: readonly InstalledPackage[]): ReadonlyMap<string, readonly string[]> {
  const givers = new Map<string, string[]>();
  for (const { name, provides } of packages) {
    for (const given of [name, ...provides.map((text) => readProvided(text).name)]) {
      const known = givers.get(given);
      if (known === undefined) givers.set(given, [name]);
      else known.push(name);
    }
  }
  return givers;
}

function relationsOf(
  { name, depends }: InstalledPackage,
  givers: ReadonlyMap<string, readonly string[]>,
): PackageRelations {
  const needs = new Set<string>();
  const unmet: string[] = [];
  for (const text of depends) {
    const dependency = parseDependency(text, name);
    if (dependency.isConflict) continue;
    const found = givers.get(dependency.name);
    if (found === undefined) unmet.push(text);
    else for (const giver of found) needs.add(giver);
  }
  needs.delete(name);
  return { needs: [...needs].toSorted(compareText), unmet };
}

function reach(from: string, relations: ReadonlyMap<string, PackageRelations>, reached: Set<string>): void {
  const waiting = [from];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    waiting.push(...(relations.get(name)?.needs ?? []));
  }
}
