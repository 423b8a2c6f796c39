import { createPublicKey } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { indexRecordOf, type IndexRecord } from '../../adapters/apk/index-record.ts';
import type { SigningKey } from '../../adapters/apk/keys.ts';
import { openPackage, signPackage, type PackageFile } from '../../adapters/apk/package-file.ts';
import { packageBytes } from '../../adapters/apk/write-package.ts';
import { ifThere } from '../../adapters/files/if-there.ts';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { sha256, type Sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { Report } from '../../domain/report.ts';
import type { DebianArchive } from '../archive/debian-archive.ts';
import { checkPackages } from './check-packages.ts';
import { convertPackage } from './convert.ts';
import { ownPackages } from './own-packages.ts';
import { planPackages, type PlannedPackage } from './plan.ts';

/** A signed package on disk and its record for an index. Plain data. */
export interface BuiltPackage {
  readonly name: string;
  readonly version: string;
  readonly path: string;
  readonly sha256: Sha256;
  readonly record: IndexRecord;
}

/** What to build packages from and where to put them. */
export interface BuildPackagesOptions {
  readonly archive: DebianArchive;
  /** Converted packages are kept here, unsigned and shared by all states. */
  readonly cacheDir: string;
  /** The signed packages are written here as `<name>-<version>.apk`. */
  readonly folder: string;
  readonly signingKey: SigningKey;
  readonly report: Report;
  readonly signal?: AbortSignal;
}

/** Packages converted at a time: packing runs beside reading, and memory stays bounded. */
const AT_A_TIME = 2;

/**
 * Makes every package of the lab's apk repository: converts what the cache does not hold, checks that all needs are met, signs,
 * and writes them to `folder`. That no two packages install the same path is for apko to see. Two packages are in memory at a time.
 * Throws FND_ARCHIVE_UNREACHABLE, FND_BAD_DATA, FND_DISK_FULL, FND_INTERRUPTED.
 */
export async function buildPackages(options: BuildPackagesOptions): Promise<{ packages: BuiltPackage[] }> {
  const { archive, signingKey, report } = options;
  const planned = await planPackages(archive);
  const converter = await converterDigest();
  const packages: BuiltPackage[] = [];
  const publicKey = createPublicKey(signingKey.key).export({ type: 'spki', format: 'pem' }).toString();
  for (const file of await ownPackages({ keyName: signingKey.name, publicKey })) {
    packages.push(await signAndWrite(file, options.folder, signingKey));
  }
  await fetchMissing(planned, converter, options);
  const queue = planned.values();
  const work = async (): Promise<void> => {
    for (const plan of queue) {
      if (options.signal?.aborted === true) throw interrupted();
      const file = await converted(plan, converter, options);
      packages.push(await signAndWrite(file, options.folder, signingKey));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  packages.sort((a, b) => (a.name < b.name ? -1 : 1));
  checkPackages(packages.map((built) => built.record));
  report(`${packages.length} packages are in the apk repository`);
  return { packages };
}

/** Signs a package and writes it to `folder` as `<name>-<version>.apk`. */
export async function signAndWrite(
  file: PackageFile,
  folder: string,
  key: SigningKey,
): Promise<BuiltPackage> {
  const bytes = await signPackage(file, key);
  const { name, version } = file.info;
  const path = join(folder, `${name}-${version}.apk`);
  await writeFileAtomic(path, bytes);
  return { name, version, path, sha256: sha256(bytes), record: indexRecordOf(file, bytes.length) };
}

async function fetchMissing(
  planned: readonly PlannedPackage[],
  converter: Sha256,
  { archive, cacheDir }: BuildPackagesOptions,
): Promise<void> {
  const present = new Set(await ifThere(readdir(cacheDir)));
  const missing = planned.filter((plan) => !present.has(cacheName(plan, converter)));
  for (const suite of new Set(missing.map((plan) => plan.suite))) {
    const plans = missing.filter((plan) => plan.suite === suite);
    const names = [...new Set(plans.flatMap((plan) => plan.debs.map((deb) => deb.name)))];
    await archive.fetchBinaries(names, { suite });
  }
}

async function converted(
  plan: PlannedPackage,
  converter: Sha256,
  { archive, cacheDir, report }: BuildPackagesOptions,
): Promise<PackageFile> {
  const path = join(cacheDir, cacheName(plan, converter));
  const cached = await ifThere(readFile(path));
  if (cached !== undefined) return await openPackage(cached, path);
  report(`converting ${plan.entry.name} from ${plan.debs.map((deb) => deb.name).join(', ')}`);
  const fetched = await archive.fetchBinaries(
    plan.debs.map((deb) => deb.name),
    { suite: plan.suite },
  );
  const file = await convertPackage(
    plan.entry,
    fetched.map((deb) => deb.path),
  );
  await writeFileAtomic(path, packageBytes(file));
  return file;
}

/** A conversion depends on the entry, the Debian packages, our code and Node's zlib: the cache name is the digest of all. */
function cacheName(plan: PlannedPackage, converter: Sha256): string {
  const entry = JSON.stringify(plan.entry, (_, value: unknown) =>
    value instanceof RegExp ? String(value) : value,
  );
  const debs = plan.debs.map((deb) => deb.sha256).join(' ');
  return `${plan.entry.name}-${sha256([entry, debs, converter, process.versions.zlib].join('\n')).slice(0, 24)}.apk`;
}

async function converterDigest(): Promise<Sha256> {
  const digests: string[] = [];
  for (const folder of [import.meta.dirname, join(import.meta.dirname, '..', '..', 'adapters', 'apk')]) {
    for (const name of (await readdir(folder)).filter((file) => file.endsWith('.ts')).sort()) {
      digests.push(sha256(await readFile(join(folder, name))));
    }
  }
  return sha256(digests.join('\n'));
}

function interrupted(): FoundryError {
  return new FoundryError('FND_INTERRUPTED', 'stopped while making the apk repository', {
    hint: 'Run the same command again: what was converted is kept.',
  });
}
