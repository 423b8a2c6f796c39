import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyIndex } from '../../adapters/apk/index-file.ts';
import { parsePublicKey } from '../../adapters/apk/keys.ts';
import { ifThere } from '../../adapters/files/if-there.ts';
import { sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { openDebianArchive, type DebianArchive } from '../archive/debian-archive.ts';
import { buildPackages, type BuiltPackage } from '../packages/build-packages.ts';
import { writeIndex } from '../packages/write-index.ts';
import { ensureSources, type Sources } from '../sources/ensure-sources.ts';
import type { LabContext } from './lab-context.ts';
import { ensurePublisherKeys, type PublisherKeys, REPOSITORY_KEY } from './publisher-keys.ts';

/** What is made once for a state and serves every day: the packages as they are on day 0, the sources, the keys. */
export interface Stock {
  readonly packages: readonly BuiltPackage[];
  readonly sources: Sources;
  readonly signingKey: RepositoryKey['signingKey'];
  readonly publicKey: RepositoryKey['publicKey'];
}

type RepositoryKey = PublisherKeys['repository'];

/**
 * Makes the stock, or reads what was made before. Cold it asks Debian's archive and the crate registry; warm it touches
 * neither. Throws FND_ARCHIVE_UNREACHABLE, FND_TOOL_MISSING, FND_DISK_FULL, or what a damaged stock file is refused with.
 */
export async function ensureStock(context: LabContext): Promise<Stock> {
  try {
    return await makeStock(context);
  } catch (error) {
    throw withWayOut(error, context);
  }
}

async function makeStock(context: LabContext): Promise<Stock> {
  const { layout, report, signal } = context;
  const { repository, release } = await ensurePublisherKeys(layout);
  const openArchive = onlyOnce(() =>
    openDebianArchive({ cacheDir: join(layout.cache, 'archive'), report, signal }),
  );
  const packages = await ensurePackages(context, repository, openArchive);
  const sources = await ensureSources({
    openArchive,
    cacheDir: join(layout.cache, 'sources'),
    labKey: release,
    stockDir: layout.stock,
    report,
    signal,
  });
  return { packages, sources, ...repository };
}

/** The stock's own index is written last, so that it says: all packages are there. */
async function ensurePackages(
  { layout, report, signal }: LabContext,
  { signingKey, publicKey }: RepositoryKey,
  openArchive: () => Promise<DebianArchive>,
): Promise<readonly BuiltPackage[]> {
  const folder = join(layout.stock, 'packages');
  const indexPath = join(layout.stock, 'APKINDEX.tar.gz');
  const found = await readStock(folder, indexPath, publicKey);
  if (found !== undefined) return found;
  const archive = await openArchive();
  const { packages } = await buildPackages({
    archive,
    cacheDir: join(layout.cache, 'packages'),
    folder,
    signingKey,
    report,
    signal,
  });
  await writeIndex({
    path: indexPath,
    packages,
    signingKey,
    description: 'stock of the wolfi-openssl-fips lab',
  });
  return packages;
}

async function readStock(
  folder: string,
  indexPath: string,
  publicKey: string,
): Promise<BuiltPackage[] | undefined> {
  const index = await ifThere(readFile(indexPath));
  if (index === undefined) return undefined;
  const keys = new Map([[REPOSITORY_KEY, parsePublicKey(REPOSITORY_KEY, publicKey)]]);
  const { records } = await verifyIndex(index, keys, indexPath);
  return Promise.all(
    records.map(async (record) => {
      const path = join(folder, `${record.name}-${record.version}.apk`);
      return {
        name: record.name,
        version: record.version,
        path,
        sha256: sha256(await readFile(path)),
        record,
      };
    }),
  );
}

/** Our own files below the lab's folder can be made again; whoever refuses one does not know that. */
function withWayOut(error: unknown, { layout }: LabContext): unknown {
  if (!(error instanceof FoundryError) || error.code !== 'FND_BAD_DATA' || error.hint !== undefined)
    return error;
  return new FoundryError(error.code, error.message, {
    hint: `When it is a file below ${layout.root} that is damaged: run \`./foundry down\`, remove that folder, run \`./foundry lab\`. The lab is then made anew.`,
    cause: error.cause,
  });
}

function onlyOnce<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
