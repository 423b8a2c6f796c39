import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ifThere } from '../../adapters/files/if-there.ts';
import { makeFolder, writeDirectoryOnce } from '../../adapters/files/write-atomic.ts';
import { parseSha256, sha256, type Sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { Report } from '../../domain/report.ts';
import { createApt, type Apt } from './apt.ts';
import type { Suite } from './apt-configuration.ts';
import { readHostMirror } from './apt-sources.ts';
import { parseParagraphs, wordsOf, type Paragraph } from './control-file.ts';
import { compareDebianVersions } from './debian-version.ts';

/** What the archive's signed index says about one binary package. */
export interface DebianBinary {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly sha256: Sha256;
  readonly size: number;
  /** Names this needs to run (`Depends` and `Pre-Depends`), the first of alternatives; some are virtual. */
  readonly depends: readonly string[];
}

/** A binary package on this disk, with the digest the signed index promised. */
interface FetchedBinary {
  readonly name: string;
  readonly version: string;
  readonly path: string;
  readonly sha256: Sha256;
}

/** Debian's archive, as the host's own apt client sees it, for amd64. Everything fetched stays in the cache. */
export interface DebianArchive {
  /** The version of a binary package in a suite. */
  binaryVersion(name: string, suite: Suite): Promise<string>;
  /** What the index says about those of the names that are packages; fetches nothing. */
  find(names: readonly string[], options: { suite: Suite }): Promise<DebianBinary[]>;
  /** What the index says about packages, in the order asked for; fetches nothing. */
  lookUp(names: readonly string[], options: { suite: Suite }): Promise<DebianBinary[]>;
  /** Fetches packages, in the order asked for. A file in the cache with the promised SHA-256 is not fetched again. */
  fetchBinaries(names: readonly string[], options: { suite: Suite }): Promise<FetchedBinary[]>;
  /** The versions of a source package over all suites, newest first. */
  sourceVersions(source: string): Promise<string[]>;
  /** A folder with all files of a source package: `.dsc`, `.orig.tar.*`, its `.asc` where there is one, the Debian tarball. */
  fetchSource(source: string, version: string): Promise<string>;
}

/** How to open the archive. `cacheDir` is for this alone; `aptFolder` is the host's apt folder, `/etc/apt`. */
export interface DebianArchiveOptions {
  readonly cacheDir: string;
  readonly report: Report;
  readonly signal?: AbortSignal;
  /** Fetch the indexes even when those in the cache are younger than a day. */
  readonly refresh?: boolean;
  readonly aptFolder?: string;
}

/**
 * Opens Debian's archive. The indexes are fetched when the cache has none or they are older than a day; when that fails
 * and the cache has some, those are used. With a warm cache nothing touches the network.
 * Throws FND_TOOL_MISSING without apt, FND_ARCHIVE_UNREACHABLE without indexes or for a package the archive lacks,
 * FND_DIGEST_MISMATCH for bytes that differ from the index.
 */
export async function openDebianArchive(options: DebianArchiveOptions): Promise<DebianArchive> {
  const mirror = await readHostMirror(options.aptFolder);
  const apt = createApt({
    folder: join(options.cacheDir, 'apt'),
    mirror,
    report: options.report,
    ...signalOf(options),
  });
  await apt.ensureIndexes({ refresh: options.refresh ?? false });
  const debs = join(options.cacheDir, 'debs');
  const sources = join(options.cacheDir, 'sources');

  async function find(names: readonly string[], { suite }: { suite: Suite }): Promise<DebianBinary[]> {
    if (names.length === 0) return [];
    const text = await apt.show(names.map((name) => `${checkName(name)}/${suite}`));
    const wanted = new Set(names);
    return parseParagraphs(text)
      .map(binaryOf)
      .filter((binary) => wanted.has(binary.name));
  }

  async function lookUp(names: readonly string[], { suite }: { suite: Suite }): Promise<DebianBinary[]> {
    const found = new Map((await find(names, { suite })).map((binary) => [binary.name, binary]));
    return names.map((name) => found.get(name) ?? missing(`package ${name} in ${suite}`));
  }

  async function fetchBinaries(
    names: readonly string[],
    { suite }: { suite: Suite },
  ): Promise<FetchedBinary[]> {
    const wanted = await lookUp(names, { suite });
    const absent: DebianBinary[] = [];
    for (const binary of wanted) {
      if (!(await holds(cachePath(debs, binary), binary.sha256))) absent.push(binary);
    }
    if (absent.length > 0) {
      const megabytes = absent.reduce((sum, binary) => sum + binary.size, 0) / 1e6;
      options.report(`fetching ${absent.length} Debian packages from ${suite}, ${megabytes.toFixed(1)} MB`);
      await download(apt, absent, debs);
    }
    return wanted.map((binary) => ({
      name: binary.name,
      version: binary.version,
      path: cachePath(debs, binary),
      sha256: binary.sha256,
    }));
  }

  async function sourceVersions(source: string): Promise<string[]> {
    const versions = (await sourceRecords(apt, source)).map((record) => record.get('Version') ?? '');
    return [...new Set(versions)].sort((a, b) => compareDebianVersions(b, a));
  }

  async function fetchSource(source: string, version: string): Promise<string> {
    const folder = join(sources, `${checkName(source)}_${fileSafe(version)}`);
    if ((await ifThere(stat(folder)))?.isDirectory() === true) return folder;
    const record = (await sourceRecords(apt, source)).find((entry) => entry.get('Version') === version);
    if (record === undefined) return missing(`source package ${source} ${version}`);
    options.report(`fetching Debian source package ${source} ${version}`);
    await writeDirectoryOnce(folder, async (aside) => {
      await apt.source(`${source}=${version}`, aside);
      await checkSourceFiles(record, aside);
    });
    return folder;
  }

  return {
    find,
    lookUp,
    fetchBinaries,
    sourceVersions,
    fetchSource,
    async binaryVersion(name, suite) {
      const [binary] = await lookUp([name], { suite });
      return binary?.version ?? missing(`package ${name} in ${suite}`);
    },
  };
}

async function sourceRecords(apt: Apt, source: string): Promise<Paragraph[]> {
  const text = await apt.showSource(checkName(source));
  const records = parseParagraphs(text).filter((record) => record.get('Package') === source);
  return records.length > 0 ? records : missing(`source package ${source}`);
}

async function download(apt: Apt, binaries: readonly DebianBinary[], debs: string): Promise<void> {
  const aside = join(debs, `.incoming-${process.pid}-${Date.now()}`);
  await makeFolder(aside);
  try {
    await apt.download(
      binaries.map((binary) => `${binary.name}=${binary.version}`),
      aside,
    );
    const files = await readdir(aside);
    for (const binary of binaries) {
      const name =
        files.find((file) => file.startsWith(`${binary.name}_`)) ?? missing(`package ${binary.name}`);
      const got = sha256(await readFile(join(aside, name)));
      if (got !== binary.sha256) throw mismatch(name, binary.sha256, got);
      await rename(join(aside, name), cachePath(debs, binary));
    }
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function checkSourceFiles(record: Paragraph, folder: string): Promise<void> {
  const words = wordsOf(record, 'Checksums-Sha256');
  for (let at = 0; at + 2 < words.length; at += 3) {
    const [digest = '', , name = ''] = words.slice(at, at + 3);
    const promised = parseSha256(digest, `Debian source index, ${name}`);
    const got = sha256(await readFile(join(folder, basename(name))));
    if (got !== promised) throw mismatch(name, promised, got);
  }
}

function binaryOf(paragraph: Paragraph): DebianBinary {
  const name = paragraph.get('Package') ?? '';
  return {
    name,
    version: paragraph.get('Version') ?? '',
    source: wordsOf(paragraph, 'Source')[0] ?? name,
    sha256: parseSha256(paragraph.get('SHA256') ?? '', `Debian index, package ${name}`),
    size: Number(paragraph.get('Size') ?? 0),
    depends: `${paragraph.get('Pre-Depends') ?? ''},${paragraph.get('Depends') ?? ''}`
      .split(',')
      .map((group) => /^\s*([a-z0-9][a-z0-9+.-]*)/.exec(group)?.[1] ?? '')
      .filter((dependency) => dependency !== ''),
  };
}

function cachePath(debs: string, binary: DebianBinary): string {
  return join(debs, `${binary.name}_${fileSafe(binary.version)}_${binary.sha256.slice(0, 16)}.deb`);
}

function fileSafe(version: string): string {
  return version.replaceAll(':', '%3a');
}

function checkName(name: string): string {
  if (/^[a-z0-9][a-z0-9+.-]*$/.test(name)) return name;
  throw new FoundryError('FND_BAD_INPUT', `${JSON.stringify(name)} is not a Debian package name`);
}

async function holds(path: string, digest: Sha256): Promise<boolean> {
  const bytes = await ifThere(readFile(path));
  return bytes !== undefined && sha256(bytes) === digest;
}

function mismatch(name: string, promised: Sha256, got: Sha256): FoundryError {
  return new FoundryError(
    'FND_DIGEST_MISMATCH',
    `${name}: the index promises sha256 ${promised}, the bytes have ${got}`,
  );
}

function missing(what: string): never {
  throw new FoundryError('FND_ARCHIVE_UNREACHABLE', `the Debian archive has no ${what}`, {
    hint: 'The archive moves. Refresh the indexes by removing the `apt` folder of the lab cache, then run the same command again.',
  });
}

function signalOf(options: DebianArchiveOptions): { signal?: AbortSignal } {
  return options.signal === undefined ? {} : { signal: options.signal };
}
