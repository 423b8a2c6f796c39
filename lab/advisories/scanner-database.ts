import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { ifThere } from '../../adapters/files/if-there.ts';
import { withTemporaryDirectory, writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { runTool } from '../../adapters/process/run-tool.ts';
import { sha256 } from '../../domain/digest.ts';
import type { Report } from '../../domain/report.ts';
import type { Advisory } from './advisory.ts';
import { nvdEntry } from './nvd-entry.ts';
import { OPENSSL_ORIGIN, securityDatabase, securityFixes } from './security-database.ts';

/** The version of Trivy's database format; it is the artifact's tag too. */
export const DATABASE_SCHEMA = 2;
const HOURS_VALID = 24;

export interface ScannerDatabaseOptions {
  /** Built databases are kept here by the digest of what went in. */
  readonly cacheDir: string;
  readonly tools: { path(name: 'trivy-db'): string };
  /** The age that the database claims. */
  readonly updatedAt: Date;
  readonly report: Report;
  readonly signal?: AbortSignal;
}

/**
 * Builds Trivy's vulnerability database from advisories, with the ordinary `trivy-db`, and packs it as the layer that Trivy downloads.
 * Advisories without a fix are not in it: neither secdb nor Trivy's Wolfi detection knows them.
 * The same advisories and time give the same bytes as long as the cache holds; `trivy-db` itself orders its pages at random.
 */
export async function buildScannerDatabase(
  advisories: readonly Advisory[],
  options: ScannerDatabaseOptions,
): Promise<Uint8Array> {
  const database = await databaseFile(advisories, options);
  const metadata = {
    Version: DATABASE_SCHEMA,
    NextUpdate: new Date(options.updatedAt.getTime() + HOURS_VALID * 3_600_000).toISOString(),
    UpdatedAt: options.updatedAt.toISOString(),
    DownloadedAt: '0001-01-01T00:00:00Z',
  };
  const tar = pack();
  const whole = buffer(tar);
  const common = { mtime: options.updatedAt, uid: 0, gid: 0, mode: 0o644 };
  tar.entry({ ...common, name: 'trivy.db' }, Buffer.from(database));
  tar.entry({ ...common, name: 'metadata.json' }, `${JSON.stringify(metadata)}\n`);
  tar.finalize();
  return gzipSync(await whole);
}

async function databaseFile(
  advisories: readonly Advisory[],
  options: ScannerDatabaseOptions,
): Promise<Uint8Array> {
  const inputs = inputFiles(advisories.filter(({ fixedIn }) => fixedIn !== undefined));
  const key = sha256(JSON.stringify([DATABASE_SCHEMA, ...inputs]));
  const kept = join(options.cacheDir, `${key}.trivy.db`);
  const found = await ifThere(readFile(kept));
  if (found !== undefined) return found;
  options.report(`building the scanner database from ${advisories.length} advisories`);
  return withTemporaryDirectory(async (folder) => {
    const cache = join(folder, 'in');
    const out = join(folder, 'out');
    await mkdir(out);
    for (const [path, content] of inputs) await writeFileAtomic(join(cache, path), content);
    await runTool({
      tool: 'trivy-db',
      file: options.tools.path('trivy-db'),
      args: [
        'build',
        '--cache-dir',
        cache,
        '--output-dir',
        out,
        '--only-update',
        'nvd',
        '--only-update',
        'wolfi',
      ],
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const bytes = await readFile(join(out, 'trivy.db'));
    await writeFileAtomic(kept, bytes);
    return bytes;
  });
}

/** The vuln-list files that `trivy-db` reads: secdb of one package, and an NVD entry for each CVE. */
function inputFiles(advisories: readonly Advisory[]): Map<string, string> {
  const { packages: _packages, ...repository } = securityDatabase(advisories);
  const wolfi = { name: OPENSSL_ORIGIN, secfixes: securityFixes(advisories), ...repository };
  const files = new Map([[`vuln-list/wolfi/${OPENSSL_ORIGIN}.json`, JSON.stringify(wolfi)]]);
  for (const advisory of advisories) {
    const year = advisory.cve.split('-')[1] ?? '';
    files.set(`vuln-list-nvd/api/${year}/${advisory.cve}.json`, JSON.stringify(nvdEntry(advisory)));
  }
  return files;
}
