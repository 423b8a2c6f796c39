import { PackageURL } from 'packageurl-js';
import { z } from 'zod';
import { PROJECT } from '../../../domain/evidence/project.ts';
import { FoundryError, messageOf } from '../../../domain/errors.ts';

/** A package by a purl that other programs read back. Made only by {@link purlOf} and {@link readPurl}. */
export type Purl = string & { readonly __brand: 'Purl' };

/** One package of a manifest. */
export interface Dependency {
  readonly purl: Purl;
  readonly relationship: 'direct' | 'indirect';
  readonly scope: 'runtime' | 'development';
  /** What it needs itself, by purl. */
  readonly needs: readonly Purl[];
}

/** What one file of the repository, or one image of the release, depends on. */
export interface Manifest {
  /** Its name in the dependency graph: a path where it is a file. */
  readonly name: string;
  /** The file of the repository in which its packages are pinned. */
  readonly path: string;
  /** Each purl once. */
  readonly dependencies: readonly Dependency[];
}

/** The body of GitHub's "create a snapshot of dependencies", as far as we fill it. */
export const Snapshot = z.strictObject({
  version: z.literal(0),
  sha: z.string(),
  ref: z.string(),
  job: z.strictObject({ id: z.string(), correlator: z.string() }),
  detector: z.strictObject({ name: z.string(), version: z.string(), url: z.string() }),
  scanned: z.iso.datetime(),
  manifests: z.record(
    z.string(),
    z.strictObject({
      name: z.string(),
      file: z.strictObject({ source_location: z.string() }),
      resolved: z.record(
        z.string(),
        z.strictObject({
          package_url: z.string(),
          relationship: z.enum(['direct', 'indirect']),
          scope: z.enum(['runtime', 'development']),
          dependencies: z.array(z.string()),
        }),
      ),
    }),
  ),
});
export type Snapshot = z.infer<typeof Snapshot>;

/** Where and when the dependencies were found. */
export interface SnapshotOrigin {
  readonly commit: string;
  readonly branch: string;
  /** Stands for all runs of this job: its newest snapshot replaces those before. */
  readonly correlator: string;
  readonly scanned: Date;
}

/** Changes when the same files would give another snapshot. */
const DETECTOR_VERSION = '1';

/** The purl of a package. Throws FND_BAD_DATA when it would not be read back as the same. */
export function purlOf(
  type: string,
  namespace: string | undefined,
  name: string,
  version: string,
  { qualifiers, subpath }: { qualifiers?: Readonly<Record<string, string>>; subpath?: string } = {},
): Purl {
  try {
    return readPurl(new PackageURL(type, namespace, name, version, qualifiers, subpath).toString());
  } catch (cause) {
    throw notReadable(`${type} package ${name} ${version}`, cause);
  }
}

/** A text that is a purl with a version, in the form that everybody writes it. Throws FND_BAD_DATA for any other. */
export function readPurl(text: string): Purl {
  try {
    const read = PackageURL.fromString(text);
    if (read.toString() === text && read.version !== undefined && read.version !== '') return text as Purl;
  } catch (cause) {
    throw notReadable(text, cause);
  }
  throw notReadable(text);
}

/** Manifests as one snapshot. Throws FND_BAD_DATA when two have one name, or when all of them together name no package. */
export function snapshotOf(manifests: readonly Manifest[], origin: SnapshotOrigin): Snapshot {
  const { commit, branch, correlator, scanned } = origin;
  const names = manifests.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new FoundryError('FND_BAD_DATA', `two manifests are called ${twice}`);
  if (manifests.every(({ dependencies }) => dependencies.length === 0))
    throw new FoundryError('FND_BAD_DATA', `nothing was found that ${commit} depends on`);
  return {
    version: 0,
    sha: commit,
    ref: `refs/heads/${branch}`,
    job: { id: commit, correlator },
    detector: { name: 'wolfi-openssl-fips', version: DETECTOR_VERSION, url: PROJECT },
    scanned: scanned.toISOString(),
    manifests: Object.fromEntries(manifests.map((manifest) => [manifest.name, resolved(manifest)])),
  };
}

function resolved({ name, path, dependencies }: Manifest): Snapshot['manifests'][string] {
  const entries = dependencies.map(({ purl, relationship, scope, needs }) => [
    purl,
    { package_url: purl, relationship, scope, dependencies: [...needs] },
  ]);
  return { name, file: { source_location: path }, resolved: Object.fromEntries(entries) };
}

function notReadable(what: string, cause?: unknown): FoundryError {
  const reason = cause === undefined ? '' : `: ${messageOf(cause)}`;
  return new FoundryError('FND_BAD_DATA', `${what} is no package URL that can be read back${reason}`, {
    cause,
  });
}
