import { join } from 'node:path';
import { z } from 'zod';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { Artifact } from '../../domain/artifact.ts';
import { PackageName, PackageVersion } from '../../domain/pins/values.ts';
import type { BuiltPackage } from './build-step.ts';
import type { PackageOnDisk } from './closed-repository.ts';

/** A package in the store. */
export const StoredPackage = z.strictObject({
  name: PackageName,
  version: PackageVersion,
  artifact: Artifact,
});
export type StoredPackage = Readonly<z.infer<typeof StoredPackage>>;

const PACKAGE_TYPE = 'application/vnd.alpine.apk';

/** Brings packages to a folder, verified. Throws what the store throws. */
export async function fetchPackages(
  store: ArtifactStore,
  packages: readonly StoredPackage[],
  folder: string,
): Promise<PackageOnDisk[]> {
  const fetched: PackageOnDisk[] = [];
  for (const { name, version, artifact } of packages) {
    const path = join(folder, `${artifact.digest}.apk`);
    await store.fetchTo(artifact.digest, path);
    fetched.push({ name, version, path, sha256: artifact.digest });
  }
  return fetched;
}

/** Puts packages into the store. */
export async function storePackages(
  store: ArtifactStore,
  packages: readonly BuiltPackage[],
): Promise<StoredPackage[]> {
  const stored: StoredPackage[] = [];
  for (const { name, version, path } of packages) {
    stored.push({ name, version, artifact: await store.put({ file: path }, PACKAGE_TYPE) });
  }
  return stored;
}
