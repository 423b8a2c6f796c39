import { openPackage } from '../../adapters/apk/package-file.ts';
import { readPackageEntries } from '../../adapters/apk/package-entries.ts';
import { createMemory } from '../../adapters/memory/memory.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { readBytes } from '../../adapters/store/read-bytes.ts';
import type { Artifact } from '../../domain/artifact.ts';
import { type Sha256, sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { StoredPackage } from './stored-artifacts.ts';

const PACKAGE = 'openssl-fips-provider';
const MODULE = 'usr/lib/ossl-modules/fips.so';

/** The digest of the `fips.so` that we built. Throws FND_BAD_DATA when the packages do not hold one, and what the store throws. */
export async function providerDigest(
  store: ArtifactStore,
  packages: readonly StoredPackage[],
): Promise<Sha256> {
  const found = packages.find(({ name }) => name === PACKAGE);
  if (found === undefined) throw noModule();
  return await known(found.artifact.digest, () => moduleIn(store, found.artifact));
}

/** The package of a provider changes as seldom as the provider itself. */
const known = createMemory<Promise<Sha256>>(4);

async function moduleIn(store: ArtifactStore, artifact: Artifact): Promise<Sha256> {
  const file = await openPackage(await readBytes(store, artifact), PACKAGE);
  for await (const entry of readPackageEntries(file, PACKAGE)) {
    if (entry.type === 'file' && entry.path === MODULE) return sha256(entry.content);
  }
  throw noModule();
}

function noModule(): FoundryError {
  return new FoundryError('FND_BAD_DATA', `no package ${PACKAGE} that holds ${MODULE} was built`);
}
