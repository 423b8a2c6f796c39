import { readFile } from 'node:fs/promises';
import { checkPackageEntries } from '../../adapters/apk/check-entries.ts';
import type { IndexRecord } from '../../adapters/apk/index-record.ts';
import type { KeyRing } from '../../adapters/apk/keys.ts';
import { type PackageFile, verifyPackage } from '../../adapters/apk/package-file.ts';
import { FoundryError } from '../../domain/errors.ts';
import { architectureOf, type Platform, type Purpose } from '../../domain/pins/variant.ts';
import { concurrently } from '../concurrently.ts';
import { fetcher, type IngestRun } from './ingest-context.ts';

const LARGEST = 1024 * 1024 * 1024;
const AT_ONCE = 4;

/** One package of the index that is needed on a platform. */
export interface ChosenPackage {
  readonly record: IndexRecord;
  readonly platform: Platform;
  readonly purposes: readonly Purpose[];
}

/**
 * Contract 2, fourth step: brings each package and verifies it from its own signature down: control member, the index's
 * checksum of it, data member, and what it would install. Throws FND_SIGNATURE_REFUSED, FND_DIGEST_MISMATCH, FND_BAD_DATA.
 */
export async function bringPackages(
  run: IngestRun,
  repositoryUrl: string,
  ring: KeyRing,
  packages: readonly ChosenPackage[],
): Promise<void> {
  await concurrently(packages, AT_ONCE, async ({ record, platform, purposes }) => {
    const { name, version, checksum } = record;
    const url = packageUrl(repositoryUrl, platform, record);
    const { path } = await run.supply.bring({
      entry: {
        kind: 'package',
        name,
        version,
        platform,
        purposes: [...purposes],
        url,
        mediaType: 'application/gzip',
      },
      fetch: fetcher(run, url, LARGEST),
    });
    const file = await readFile(path);
    const verified = await verifyPackage(file, { keys: ring, checksum }, url);
    requireSame(record, verified, file.length, url);
    await checkPackageEntries(verified, url);
  });
  run.passed('packages', `${packages.length} packages, each signature and checksum verified`);
}

/** Where a package is. */
export function packageUrl(
  repositoryUrl: string,
  platform: Platform,
  { name, version }: Pick<IndexRecord, 'name' | 'version'>,
): string {
  return `${repositoryUrl}/${architectureOf(platform)}/${name}-${version}.apk`;
}

/** The checksum ties control member and index together; what the index says beside it must not contradict the member. */
function requireSame(record: IndexRecord, { info }: PackageFile, size: number, url: string): void {
  const isSame = info.name === record.name && info.version === record.version && size === record.size;
  if (isSame) return;
  throw new FoundryError(
    'FND_DIGEST_MISMATCH',
    `${url}: the index promises ${record.name} ${record.version} of ${record.size} bytes, the file is ${info.name} ${info.version} of ${size}`,
  );
}
