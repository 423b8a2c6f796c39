import { z } from 'zod';
import { FoundryError, messageOf } from '../../../domain/errors.ts';
import { type Dependency, type Manifest, type Purl, purlOf } from './snapshot.ts';

const Names = z.record(z.string(), z.string()).default({});

const LockedPackage = z.object({
  /** Where it differs from the folder: an alias. */
  name: z.string().optional(),
  version: z.string().optional(),
  link: z.boolean().default(false),
  dev: z.boolean().default(false),
  devOptional: z.boolean().default(false),
  dependencies: Names,
  devDependencies: Names,
  optionalDependencies: Names,
});
type LockedPackage = z.infer<typeof LockedPackage>;

/** npm's lock, versions 2 and 3: packages by the folder they lie in; the repository itself is the empty one. */
const PackageLock = z.object({
  lockfileVersion: z.union([z.literal(2), z.literal(3)]),
  packages: z.record(z.string(), LockedPackage),
});

const FOLDER = 'node_modules/';

/** What `package-lock.json` locks. Throws FND_BAD_DATA for a file of another form. */
export function npmManifest(path: string, text: string): Manifest {
  const { packages } = readLock(path, text);
  const installed = new Map<string, { one: LockedPackage; purl: Purl }>();
  for (const [folder, one] of Object.entries(packages)) {
    const { version, link } = one;
    if (folder === '' || link || version === undefined) continue;
    installed.set(folder, { one, purl: npmPurl(one.name ?? nameOf(folder), version) });
  }
  const found = (from: string, name: string): Purl | undefined => {
    for (let folder = from; ; folder = parentOf(folder)) {
      const there = installed.get(`${folder === '' ? '' : `${folder}/`}${FOLDER}${name}`);
      if (there !== undefined || folder === '') return there?.purl;
    }
  };
  const needsOf = (folder: string, one: LockedPackage): Purl[] =>
    Object.keys({ ...one.dependencies, ...one.optionalDependencies }).flatMap(
      (name) => found(folder, name) ?? [],
    );
  const { '': root } = packages;
  const direct = new Set(
    root === undefined
      ? []
      : [...needsOf('', root), ...Object.keys(root.devDependencies).flatMap((name) => found('', name) ?? [])],
  );
  const merged = new Map<Purl, Dependency>();
  for (const [folder, { one, purl }] of installed) {
    const scope = one.dev || one.devOptional ? 'development' : 'runtime';
    const relationship = direct.has(purl) ? 'direct' : 'indirect';
    merged.set(purl, together(merged.get(purl), { purl, relationship, scope, needs: needsOf(folder, one) }));
  }
  return { name: path, path, dependencies: [...merged.values()] };
}

/** The same package in two folders is one package. */
function together(known: Dependency | undefined, more: Dependency): Dependency {
  if (known === undefined) return more;
  const scope = known.scope === 'runtime' ? 'runtime' : more.scope;
  return { ...more, scope, needs: [...new Set([...known.needs, ...more.needs])] };
}

function npmPurl(name: string, version: string): Purl {
  const [scope, plain] = name.startsWith('@') ? name.split('/', 2) : [undefined, name];
  return purlOf('npm', scope, plain ?? '', version);
}

function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf(FOLDER) + FOLDER.length);
}

/** The folder whose `node_modules` a folder lies in. */
function parentOf(folder: string): string {
  const at = folder.lastIndexOf(FOLDER);
  return at <= 0 ? '' : folder.slice(0, at - 1);
}

function readLock(path: string, text: string): z.infer<typeof PackageLock> {
  try {
    return PackageLock.parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause);
    throw new FoundryError('FND_BAD_DATA', `${path} is no lock of npm: ${reason}`, { cause });
  }
}
