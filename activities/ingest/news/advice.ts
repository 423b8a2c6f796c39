import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { type OpensslAdvisory, readAdvisories } from '../../../adapters/openssl-advisories/advisories.ts';
import { type OpensslRelease, readReleases } from '../../../adapters/openssl-releases/openssl-releases.ts';
import { readSecurityFeed, type SecurityFeed } from '../../../adapters/security-feed/security-feed.ts';
import { FoundryError } from '../../../domain/errors.ts';
import type { Versions } from '../../../domain/pins/versions.ts';
import { splitImageName } from '../image-files.ts';
import { fetcher, type IngestRun } from '../ingest-context.ts';

const LARGEST = 64 * 1024 * 1024;

/** What upstreams say about versions. None of it is signed: it decides how soon something is taken, never whether it is genuine. */
export interface Advice {
  readonly feed: SecurityFeed;
  readonly advisories: readonly OpensslAdvisory[];
  readonly releases: readonly OpensslRelease[];
  /** When the scanners' database was made, where its manifest says it. */
  readonly databaseMade: Date | null;
}

/** Asks for all of it. Throws FND_UNREACHABLE, FND_BAD_DATA. */
export async function bringAdvice(run: IngestRun, { repository }: Versions): Promise<Advice> {
  const { coreReleases, advisories, database } = run.upstream;
  return {
    feed: readSecurityFeed((await bytesOf(run, repository.feed)).toString('utf8'), repository.feed),
    advisories: await readAdvisories(await bytesOf(run, advisories), advisories),
    releases: readReleases((await bytesOf(run, coreReleases)).toString('utf8'), coreReleases),
    databaseMade: await databaseMade(run, database),
  };
}

async function bytesOf(run: IngestRun, url: string): Promise<Buffer> {
  return await withTemporaryDirectory(async (folder) => {
    const path = join(folder, 'file');
    await fetcher(run, url, LARGEST)(path);
    return await readFile(path);
  });
}

const CREATED = 'org.opencontainers.image.created';
const Manifest = z.object({
  annotations: z.object({ [CREATED]: z.iso.datetime({ offset: true }).optional() }).optional(),
});

async function databaseMade(run: IngestRun, image: string): Promise<Date | null> {
  const { host, repository, tag } = splitImageName(image);
  const { bytes } = await run.openRegistry(host).getManifest(repository, tag);
  try {
    const { annotations } = Manifest.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    const created = annotations?.[CREATED];
    return created === undefined ? null : new Date(created);
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', `${image} is not a database for the scanners`, { cause });
  }
}
