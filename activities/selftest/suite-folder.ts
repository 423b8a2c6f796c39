import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { readPackageEntries } from '../../adapters/apk/package-entries.ts';
import { openPackage, verifyData } from '../../adapters/apk/package-file.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { readBytes } from '../../adapters/store/read-bytes.ts';
import { FoundryError } from '../../domain/errors.ts';
import { SUITE_PACKAGE } from '../../domain/pins/variant.ts';
import type { StoredPackage } from '../build/stored-artifacts.ts';

const IN_PACKAGE = 'usr/lib/openssl-fips-suite/';

/** Unpacks the suite that is in a store, as {@link unpackSuite} does, and returns the folder. Throws what the store throws, too. */
export async function fetchSuite(
  store: ArtifactStore,
  { name, version, artifact }: StoredPackage,
  folder: string,
): Promise<string> {
  await unpackSuite(await readBytes(store, artifact), `${name}-${version}.apk`, folder);
  return folder;
}

/**
 * Unpacks what the suite brings along, of the bytes of its package, into a folder that is made. `what` names the package in errors.
 * Throws FND_BAD_DATA for another package and for entries that a folder of the suite does not have, FND_DIGEST_MISMATCH for content that
 * is not what the package promises.
 */
export async function unpackSuite(bytes: Uint8Array, what: string, folder: string): Promise<void> {
  const file = await openPackage(bytes, what);
  verifyData(file, what);
  if (file.info.name !== SUITE_PACKAGE)
    throw new FoundryError('FND_BAD_DATA', `${what} is ${file.info.name}, expected ${SUITE_PACKAGE}`);
  await mkdir(folder, { recursive: true });
  for await (const entry of readPackageEntries(file, what)) {
    if (entry.type === 'directory' || !entry.path.startsWith(IN_PACKAGE)) continue;
    if (entry.type !== 'file' || posix.normalize(entry.path) !== entry.path)
      throw new FoundryError('FND_BAD_DATA', `${what}: ${entry.path} (${entry.type}) has no place in it`);
    const path = join(folder, entry.path.slice(IN_PACKAGE.length));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, entry.content, { mode: entry.mode & 0o755 });
  }
}
