import { readlink, rename, rm, symlink } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { ifThere } from '../../adapters/files/if-there.ts';
import { makeFolder, namedFileError } from '../../adapters/files/write-atomic.ts';
import type { Registry } from '../../adapters/registry/registry.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import type { OciDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { packagesTag, type ReleaseIdentity, releaseIdentity } from '../../domain/pins/identity.ts';
import type { Report } from '../../domain/report.ts';
import type { SignedRepository } from '../artifacts/signed-repository.ts';
import { pushRepository, repositoryFiles, writeRepository } from './package-repository.ts';

/** What publishing packages needs from whoever runs it. */
export interface PackageDependencies {
  readonly store: ArtifactStore;
  readonly registry: Registry;
  /** The repository in which readers find the images, and the packages beside them. */
  readonly published: string;
  /** The folder that is served as static files: package repositories by version. */
  readonly folder: string;
  readonly report: Report;
}

/** A package repository that is there, and to which nothing leads yet. */
export interface StagedPackages {
  /** Of the artifact in the registry, and the tag that is to lead to it. */
  readonly tag: string;
  readonly digest: OciDigest;
  /** The name of the static repository. */
  readonly name: string;
}

interface LinkOrder extends ReleaseIdentity {
  /** Where the version led when the release looked. */
  readonly previous: string | null;
}

/**
 * The signed packages of a release as an apk repository: static files, and the same in the registry. Each release has a folder of its own,
 * and each version a link to the one that counts, which is moved and put back as tags are. All may be repeated at any time.
 */
export interface PackageActivities {
  /** Writes the repository, by digest and into a folder of its own. Throws FND_BAD_INPUT, FND_UNREACHABLE, FND_DISK_FULL, FND_PERMISSION. */
  readonly stagePackages: (
    order: ReleaseIdentity & { readonly repositories: readonly SignedRepository[] },
  ) => Promise<StagedPackages>;
  /** The name of the static repository that a version leads to now. */
  readonly readPackages: (order: ReleaseIdentity) => Promise<{ readonly previous: string | null }>;
  /** Lets the version lead to the release's repository, at once. Throws FND_TAG_MOVED when it leads to neither it nor `previous`. */
  readonly switchPackages: (order: LinkOrder) => Promise<void>;
  /** Takes {@link switchPackages} back, where it still leads to ours. */
  readonly restorePackages: (order: LinkOrder) => Promise<void>;
}

const RELEASES = 'releases';

/** The activities with what they work on. */
export function createPackageActivities(dependencies: PackageDependencies): PackageActivities {
  const { folder } = dependencies;
  return {
    stagePackages: (order) => stagePackages(dependencies, order),
    readPackages: async (order) => ({ previous: (await leadsTo(linkOf(folder, order))) ?? null }),
    async switchPackages({ previous, ...order }) {
      const link = linkOf(folder, order);
      const now = (await leadsTo(link)) ?? null;
      if (now === nameOf(order)) return;
      if (now !== previous) {
        throw new FoundryError(
          'FND_TAG_MOVED',
          `the packages of ${order.version} are ${now ?? 'gone'}, expected ${previous ?? 'none'}`,
          { hint: 'Another release of the same version was published meanwhile.' },
        );
      }
      await setLink(link, nameOf(order));
    },
    async restorePackages({ previous, ...order }) {
      const link = linkOf(folder, order);
      if ((await leadsTo(link)) !== nameOf(order) || previous === nameOf(order)) return;
      if (previous === null) await rm(link, { force: true });
      else await setLink(link, previous);
    },
  };
}

async function stagePackages(
  { store, registry, published, folder, report }: PackageDependencies,
  { repositories, ...identity }: Parameters<PackageActivities['stagePackages']>[0],
): Promise<StagedPackages> {
  const files = await repositoryFiles(store, repositories);
  const name = nameOf(identity);
  const digest = await pushRepository(registry, published, files, {
    'org.opencontainers.image.version': identity.version,
    'org.opencontainers.image.revision': identity.commit,
  });
  await writeRepository(join(folder, RELEASES, name), files);
  report(`${files.length} files of the package repository ${name} are written`);
  return { tag: packagesTag(identity), digest, name };
}

/** What the identity names becomes a path, so it is looked at again here. */
function nameOf(identity: ReleaseIdentity): string {
  const { version, commit } = releaseIdentity(identity.version, identity.commit);
  return `${version}-${commit.slice(0, 12)}`;
}

function linkOf(folder: string, identity: ReleaseIdentity): string {
  return join(folder, releaseIdentity(identity.version, identity.commit).version);
}

async function leadsTo(link: string): Promise<string | undefined> {
  const target = await ifThere(readlink(link));
  return target === undefined ? undefined : basename(target);
}

/** A link is replaced by renaming a new one over it: whoever reads sees the one or the other. */
async function setLink(link: string, name: string): Promise<void> {
  const aside = `${link}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await makeFolder(dirname(link));
    await symlink(join(RELEASES, name), aside);
    await rename(aside, link);
  } catch (error) {
    await rm(aside, { force: true });
    throw namedFileError(error, link);
  }
}
