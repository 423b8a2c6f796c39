import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { readPackageEntries } from '../../adapters/apk/package-entries.ts';
import { openPackage, verifyData } from '../../adapters/apk/package-file.ts';
import { FoundryError } from '../../domain/errors.ts';
import { SUITE_PACKAGE } from '../../domain/pins/variant.ts';

const IN_PACKAGE = 'usr/lib/openssl-fips-suite/';

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
