import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ifThere } from '../../adapters/files/if-there.ts';
import { readJsonFile, writeJsonFile } from '../../adapters/files/json-file.ts';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { SigningKey } from '../../adapters/pgp/signing-key.ts';
import type { Report } from '../../domain/report.ts';
import { makeCrateRelease } from './crate-releases.ts';
import { type SourceArchive, takeOfficialReleases } from './debian-releases.ts';
import { CORE_LINE, CRATE_RELEASES } from './release-pins.ts';
import { compareReleases, lineOf, SourceRecord, type SourceRelease } from './source-release.ts';

export interface SourceOptions {
  /** Called only when something must be taken from Debian's archive. */
  readonly openArchive: () => Promise<SourceArchive>;
  /** Shared by labs; holds crates and tarballs. */
  readonly cacheDir: string;
  /** Signs what the lab repacks. */
  readonly labKey: SigningKey;
  /** What this state took: its record and its signatures. */
  readonly stockDir: string;
  readonly report: Report;
  readonly signal?: AbortSignal;
}

/** All OpenSSL releases of the lab. */
export interface Sources {
  /** By version, oldest first. */
  readonly releases: readonly SourceRelease[];
  /** The text of CHANGES.md of the newest core release. */
  readonly changes: string;
  /** The path of OpenSSL's public keys. */
  readonly officialKeys: string;
  /** The path of the lab's public release key. */
  readonly labKey: string;
}

const CHANGES = 'CHANGES.md';
const NOTE = 'A lab: tarballs of origin "crate" were repacked and signed by the lab, not by OpenSSL.';

/**
 * Makes sure that the OpenSSL releases are on this disk, and verified. What a state took once it keeps; a warm run only looks
 * whether the files are there. Throws FND_ARCHIVE_UNREACHABLE when the archives give too little for two core releases.
 */
export async function ensureSources(options: SourceOptions): Promise<Sources> {
  const recordPath = join(options.stockDir, 'sources.json');
  return (await readRecord(recordPath, options)) ?? takeSources(recordPath, options);
}

/**
 * The core release of yesterday and of today: the newest two that can be built.
 * Throws FND_ARCHIVE_UNREACHABLE when there are not two.
 */
export function coreReleases(sources: Sources): { yesterday: SourceRelease; today: SourceRelease } {
  const buildable = sources.releases.filter((release) => release.line === CORE_LINE && release.buildable);
  const [yesterday, today] = buildable.slice(-2);
  if (yesterday === undefined || today === undefined) throw tooFew(buildable);
  return { yesterday, today };
}

async function takeSources(recordPath: string, options: SourceOptions): Promise<Sources> {
  const tarballsDir = join(options.cacheDir, 'tarballs');
  const { stockDir, labKey, report } = options;
  const archive = await options.openArchive();
  const official = await takeOfficialReleases(CORE_LINE, { archive, tarballsDir, stockDir, report });
  const newest = official.taken.at(-1);
  if (newest === undefined) throw tooFew([]);
  const have = new Set(official.taken.map(({ release }) => release.version));
  const releases = official.taken.map(({ release }) => release);
  for (const pinned of CRATE_RELEASES.filter(({ version }) => !have.has(version))) {
    releases.push(
      await makeCrateRelease(pinned, {
        cratesDir: join(options.cacheDir, 'crates'),
        tarballsDir,
        stockDir,
        labKey,
        report,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      }),
    );
  }
  const sources: Sources = {
    releases: releases.sort((a, b) => compareReleases(a.version, b.version)),
    changes: newest.changes,
    officialKeys: join(stockDir, 'openssl-release-keys.asc'),
    labKey: join(stockDir, 'lab-release-key.asc'),
  };
  coreReleases(sources);
  await writeFileAtomic(join(stockDir, CHANGES), newest.changes);
  await writeFileAtomic(sources.officialKeys, newest.keys);
  await writeFileAtomic(sources.labKey, labKey.publicKey);
  await writeRecord(recordPath, sources, official.skipped);
  return sources;
}

async function writeRecord(
  path: string,
  sources: Sources,
  skipped: readonly { version: string; reason: string }[],
): Promise<void> {
  const record: SourceRecord = {
    schemaVersion: 1,
    note: NOTE,
    releases: sources.releases.map((release) => ({
      ...release,
      tarball: basename(release.tarball),
      asc: basename(release.asc),
    })),
    skipped: [...skipped],
    officialKeys: basename(sources.officialKeys),
    labKey: basename(sources.labKey),
    changes: CHANGES,
  };
  await writeJsonFile(path, record);
}

async function readRecord(path: string, options: SourceOptions): Promise<Sources | undefined> {
  const record = await readJsonFile(path, SourceRecord, {
    what: "the lab's record of its sources",
    hint: 'Remove this file; the lab then takes the sources again.',
  });
  if (record === undefined) return undefined;
  const inStock = (name: string): string => join(options.stockDir, basename(name));
  const sources: Omit<Sources, 'changes'> = {
    releases: record.releases.map((release) => ({
      ...release,
      line: lineOf(release.version),
      tarball: join(options.cacheDir, 'tarballs', basename(release.tarball)),
      asc: inStock(release.asc),
    })),
    officialKeys: inStock(record.officialKeys),
    labKey: inStock(record.labKey),
  };
  for (const { tarball, size, asc } of sources.releases) {
    if ((await sizeOf(tarball)) !== size || (await sizeOf(asc)) === undefined) return undefined;
  }
  return { ...sources, changes: await readFile(inStock(record.changes), 'utf8') };
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await ifThere(stat(path)))?.size;
}

function tooFew(buildable: readonly SourceRelease[]): FoundryError {
  const found = buildable.map(({ version }) => version).join(', ') || 'none';
  return new FoundryError(
    'FND_ARCHIVE_UNREACHABLE',
    `the lab needs two official OpenSSL releases of the ${CORE_LINE} line; the Debian archive gives ${found}`,
    {
      hint: "The archive moves: run `apt-get update`, or add a suite that carries another release to the host's apt sources.",
    },
  );
}
