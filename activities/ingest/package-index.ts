import { readFile } from 'node:fs/promises';
import { verifyIndex } from '../../adapters/apk/index-file.ts';
import type { IndexRecord } from '../../adapters/apk/index-record.ts';
import type { KeyRing } from '../../adapters/apk/keys.ts';
import { type Architecture, architectureOf, type Platform } from '../../domain/pins/variant.ts';
import type { Versions } from '../../domain/pins/versions.ts';
import { fetcher, type IngestRun } from './ingest-context.ts';

const LARGEST = 256 * 1024 * 1024;

/** The verified index of one platform. */
export type Indexes = ReadonlyMap<Platform, readonly IndexRecord[]>;

/**
 * Contract 2, third step: brings the index for each platform and reads it only when its signature fits. Throws
 * FND_SIGNATURE_REFUSED, FND_BAD_DATA.
 */
export async function bringIndexes(
  run: IngestRun,
  { repository, platforms }: Pick<Versions, 'repository' | 'platforms'>,
  ring: KeyRing,
): Promise<Indexes> {
  const indexes = new Map<Platform, readonly IndexRecord[]>();
  for (const platform of platforms) {
    const url = indexUrl(repository.url, architectureOf(platform));
    const { path } = await run.supply.bring({
      entry: { kind: 'package-index', name: 'repository', platform, url, mediaType: 'application/gzip' },
      fetch: fetcher(run, url, LARGEST),
    });
    const { records } = await verifyIndex(await readFile(path), ring, url);
    indexes.set(platform, records);
    run.passed('package-index', `${url}: ${records.length} packages, signature verified`);
  }
  return indexes;
}

/** Where the index of a repository is. */
export function indexUrl(repositoryUrl: string, architecture: Architecture): string {
  return `${repositoryUrl}/${architecture}/APKINDEX.tar.gz`;
}
