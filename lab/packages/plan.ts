import type { DebianArchive, DebianBinary } from '../archive/debian-archive.ts';
import { SUITES, type Suite } from '../archive/apt-configuration.ts';
import { FoundryError } from '../../domain/errors.ts';
import { CATALOGUE, ROOTS } from './catalogue.ts';
import type { CatalogueEntry } from './catalogue-entry.ts';

/** A package of the catalogue with the Debian packages that the archive has for it today. */
export interface PlannedPackage {
  readonly entry: CatalogueEntry;
  readonly suite: Suite;
  readonly debs: readonly DebianBinary[];
}

/**
 * Finds the Debian packages for every entry of the catalogue, so that no Debian version is written down anywhere: patterns are
 * matched against all packages that the roots of a suite depend on. Throws FND_ARCHIVE_UNREACHABLE for a name the archive lacks.
 */
export async function planPackages(archive: DebianArchive): Promise<PlannedPackage[]> {
  const planned: PlannedPackage[] = [];
  for (const suite of SUITES) {
    const entries = CATALOGUE.filter((entry) => (entry.suite ?? 'stable') === suite);
    if (entries.length === 0) continue;
    const known = await closure(archive, suite, entries);
    for (const entry of entries) planned.push({ entry, suite, debs: debsOf(entry, suite, known) });
  }
  return planned;
}

async function closure(
  archive: DebianArchive,
  suite: Suite,
  entries: readonly CatalogueEntry[],
): Promise<Map<string, DebianBinary>> {
  const named = entries.flatMap((entry) => entry.debs.filter((deb) => typeof deb === 'string'));
  const known = new Map<string, DebianBinary>();
  const asked = new Set<string>();
  let next = [...named, ...ROOTS[suite]];
  while (next.length > 0) {
    for (const name of next) asked.add(name);
    const found = await archive.find([...new Set(next)], { suite });
    for (const binary of found) known.set(binary.name, binary);
    next = found.flatMap((binary) => binary.depends).filter((name) => !asked.has(name));
  }
  return known;
}

function debsOf(
  entry: CatalogueEntry,
  suite: Suite,
  known: ReadonlyMap<string, DebianBinary>,
): DebianBinary[] {
  return entry.debs.flatMap((wanted) => {
    const names =
      typeof wanted === 'string'
        ? [wanted].filter((name) => known.has(name))
        : [...known.keys()].filter((name) => wanted.test(name)).sort();
    if (names.length > 0) return names.flatMap((name) => known.get(name) ?? []);
    throw new FoundryError(
      'FND_ARCHIVE_UNREACHABLE',
      `package ${entry.name}: Debian ${suite} has no package ${String(wanted)} among its dependencies`,
      { hint: 'The archive moves. The catalogue in lab/packages/ says what each package is made from.' },
    );
  });
}
