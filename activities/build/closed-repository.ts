import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { indexRecordOf, type IndexRecord } from '../../adapters/apk/index-record.ts';
import { renderIndex, signIndex } from '../../adapters/apk/index-file.ts';
import { createSigningKey, parseSigningKey } from '../../adapters/apk/keys.ts';
import { openPackage, verifyData } from '../../adapters/apk/package-file.ts';
import { linkOrCopy } from '../../adapters/files/link-or-copy.ts';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { type Sha256, sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { Architecture } from '../../domain/pins/variant.ts';

/** A package file on this machine, and what it must be. */
export interface PackageOnDisk {
  readonly name: string;
  readonly version: string;
  readonly path: string;
  readonly sha256: Sha256;
}

/** A repository of exactly the packages that may be used. */
export interface ClosedRepository {
  /** The folder with `<architecture>/APKINDEX.tar.gz`. */
  readonly folder: string;
  /** The public key that the index is signed with. */
  readonly keyFile: string;
  readonly records: readonly IndexRecord[];
}

const KEY_NAME = 'repository.rsa.pub';
const KEY_BITS = 2048;

/**
 * Makes a repository of these packages and no others, so that a solver has nothing else to choose from, whatever the upstream offers.
 * Each file is verified by its SHA-256 and against its own `datahash`. The index is signed with a key that is made for it and
 * not kept. Throws FND_DIGEST_MISMATCH, FND_BAD_DATA.
 */
export async function makeClosedRepository(
  folder: string,
  packages: readonly PackageOnDisk[],
  architecture: Architecture,
): Promise<ClosedRepository> {
  const repository = join(folder, 'repository');
  const records: IndexRecord[] = [];
  for (const one of packages.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    records.push(await readRecord(one));
    await linkOrCopy(one.path, join(repository, architecture, `${one.name}-${one.version}.apk`));
  }
  const key = await createSigningKey(KEY_BITS);
  const unsigned = await renderIndex({ description: 'the packages of one build', records }, { mtime: 0 });
  const index = await signIndex(unsigned, parseSigningKey(KEY_NAME, key.privateKey), { mtime: 0 });
  await writeFileAtomic(join(repository, architecture, 'APKINDEX.tar.gz'), index);
  const keyFile = join(folder, KEY_NAME);
  await writeFileAtomic(keyFile, key.publicKey);
  return { folder: repository, keyFile, records };
}

async function readRecord(one: PackageOnDisk): Promise<IndexRecord> {
  const what = `${one.name}-${one.version}.apk`;
  const bytes = await readFile(one.path);
  const digest = sha256(bytes);
  if (digest !== one.sha256) {
    throw new FoundryError('FND_DIGEST_MISMATCH', `${what}: expected ${one.sha256}, found ${digest}`);
  }
  const file = await openPackage(bytes, what);
  verifyData(file, what);
  if (file.info.name !== one.name || file.info.version !== one.version) {
    throw new FoundryError('FND_BAD_DATA', `${what} says that it is ${file.info.name} ${file.info.version}`);
  }
  return indexRecordOf(file, bytes.length);
}
