import { chmod, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ifThere } from '../../adapters/files/if-there.ts';
import { writeDirectoryAtomic, writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { pushArtifact } from '../../adapters/registry/push-artifact.ts';
import type { Registry } from '../../adapters/registry/registry.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { readBytes } from '../../adapters/store/read-bytes.ts';
import { type OciDigest, sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { architectureOf } from '../../domain/pins/variant.ts';
import type { SignedRepository } from '../artifacts/signed-repository.ts';

/** A file of a package repository, by its path in it. */
interface RepositoryFile {
  readonly path: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

const ARTIFACT_TYPE = 'application/vnd.wolfi-openssl-fips.apk-repository.v1';
const INDEX = 'APKINDEX.tar.gz';

/**
 * The files of a package repository for all platforms of a release: `<architecture>/APKINDEX.tar.gz`, the packages beside it, and the
 * public key at the top. Throws FND_BAD_INPUT when there is nothing or platforms have different keys, and what the store throws.
 */
export async function repositoryFiles(
  store: ArtifactStore,
  repositories: readonly SignedRepository[],
): Promise<RepositoryFile[]> {
  const [first] = repositories;
  if (first === undefined || repositories.some(({ key }) => key.digest !== first.key.digest)) {
    throw new FoundryError(
      'FND_BAD_INPUT',
      'a package repository needs packages, and one key for all of them',
    );
  }
  const files = [await readFrom(store, first.keyName, first.key)];
  for (const { platform, packages, index } of repositories) {
    const folder = architectureOf(platform);
    files.push(await readFrom(store, `${folder}/${INDEX}`, index));
    for (const { name, version, artifact } of packages) {
      files.push(await readFrom(store, `${folder}/${name}-${version}.apk`, artifact));
    }
  }
  return files;
}

/**
 * Puts a package repository into a registry, without a tag: a layer a file, titled with its path, so that `oras pull` writes the static
 * repository. The same files give the same digest. Throws FND_UNREACHABLE.
 */
export async function pushRepository(
  registry: Registry,
  repository: string,
  files: readonly RepositoryFile[],
  annotations: Readonly<Record<string, string>>,
): Promise<OciDigest> {
  return await pushArtifact(registry, repository, {
    artifactType: ARTIFACT_TYPE,
    layers: files.map(({ path, mediaType, bytes }) => ({
      mediaType,
      bytes,
      annotations: { 'org.opencontainers.image.title': path },
    })),
    annotations,
  });
}

/** Whoever serves the files is somebody else, and a worker may make folders for itself alone. */
const FOR_ALL = 0o755;

/** Writes a package repository as a folder of static files, whole or not at all; one that has the same files already stays as it is. */
export async function writeRepository(folder: string, files: readonly RepositoryFile[]): Promise<void> {
  if (await isWritten(folder, files)) return;
  await writeDirectoryAtomic(folder, async (aside) => {
    for (const { path, bytes } of files) {
      await writeFileAtomic(join(aside, path), bytes);
      await chmod(dirname(join(aside, path)), FOR_ALL);
    }
  });
}

async function isWritten(folder: string, files: readonly RepositoryFile[]): Promise<boolean> {
  for (const { path, bytes } of files) {
    const there = await ifThere(readFile(join(folder, path)));
    if (there === undefined || sha256(there) !== sha256(bytes)) return false;
  }
  return true;
}

async function readFrom(
  store: ArtifactStore,
  path: string,
  artifact: SignedRepository['index'],
): Promise<RepositoryFile> {
  return { path, mediaType: artifact.mediaType, bytes: await readBytes(store, artifact) };
}
