import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FoundryError } from '../../domain/errors.ts';
import { ifThere } from '../files/if-there.ts';
import { withTemporaryDirectory, writeFileAtomic } from '../files/write-atomic.ts';
import { ownIndex } from '../oci-layout/join.ts';
import { writeLayout } from '../oci-layout/layout.ts';
import type { OciImage } from '../oci-layout/oci-image.ts';
import { type Mount, runInBuilderSandbox } from '../sandbox/builder-sandbox.ts';
import { type ComplianceReport, parseComplianceReport, parseReport, type TrivyReport } from './report.ts';

/** Trivy, and how its runs are ended. */
export interface Trivy {
  /** The binary. */
  readonly file: string;
  /** The SHA-256 of the binary, for errors. */
  readonly sha256: string;
  readonly signal?: AbortSignal | undefined;
}

/** A report as we read it, and as Trivy wrote it. */
export interface Scanned<T> {
  readonly report: T;
  readonly raw: Uint8Array;
}

/** What is looked for in an image: packages with known vulnerabilities, or besides these what its configuration says. */
export type ImageScan = 'vulnerabilities' | 'vulnerabilities-and-configuration';

/** The benchmarks that Trivy carries and we use. */
export type Benchmark = 'docker-cis-1.6.0' | 'k8s-nsa-1.0' | 'k8s-pss-restricted-0.1';

const TIMEOUT_MS = 10 * 60 * 1000;
/** Where Trivy sees our folder: constant, because reports hold paths. */
const SANDBOX = { path: '/scan', hostname: 'scan', timeZone: 'UTC0', locale: 'C.UTF-8', umask: 0o22 };
const REPORT = 'out/report.json';
const DATABASE = 'cache/db';
const SBOM = 'sbom.cdx.json';

/** Nothing is asked for over a network that is not there; what is asked of each kind of scan. */
const QUIET = ['--quiet', '--skip-version-check', '--disable-telemetry', '--format', 'json'];
const OFFLINE = ['--skip-db-update', '--skip-java-db-update', '--skip-vex-repo-update', '--offline-scan'];
const CACHE = ['--cache-dir', `${SANDBOX.path}/cache`, '--cache-backend', 'memory'];
const OUTPUT = ['--output', `${SANDBOX.path}/${REPORT}`];
const EVERY_CHECK = ['--skip-check-update', '--include-non-failures'];

const IMAGE_SCANS: Readonly<Record<ImageScan, readonly string[]>> = {
  vulnerabilities: ['--scanners', 'vuln', '--image-config-scanners', ''],
  // As Trivy sets them for its Docker benchmark, and `secret` among the scanners: without it, it looks for secrets and reports none.
  'vulnerabilities-and-configuration': [
    [
      '--scanners',
      'vuln,secret',
      '--image-config-scanners',
      'misconfig,secret',
      '--misconfig-scanners',
      'dockerfile',
    ],
    EVERY_CHECK,
  ].flat(),
};

/**
 * Scans an image in a sandbox without a network, with the database in `database` (an unpacked folder, read only).
 * Throws FND_TOOL_MISSING, FND_TOOL_FAILED, FND_TOOL_OUTPUT for a report that is none, FND_INTERRUPTED.
 */
export async function scanImage(
  trivy: Trivy,
  {
    image,
    database,
    scan,
  }: { readonly image: OciImage; readonly database: string; readonly scan: ImageScan },
): Promise<Scanned<TrivyReport>> {
  return await inScratch(async (scratch) => {
    // Of an index of several platforms, Trivy takes the first, whichever that is.
    await writeLayout(join(scratch, 'image'), { ...image, index: ownIndex(image) });
    await run(
      trivy,
      scratch,
      [
        ['image', '--input', `${SANDBOX.path}/image`, '--list-all-pkgs'],
        [...IMAGE_SCANS[scan], ...OFFLINE, ...CACHE, ...QUIET, ...OUTPUT],
      ].flat(),
      [{ source: database, target: DATABASE }],
    );
    return await readReport(scratch, (text) => parseReport(text, name(trivy)));
  });
}

/**
 * Looks up the packages that an SBOM (CycloneDX, in JSON) names, as {@link scanImage} does those of an image for `vulnerabilities`.
 * Throws like it.
 */
export async function scanSbom(
  trivy: Trivy,
  { sbom, database }: { readonly sbom: Uint8Array; readonly database: string },
): Promise<Scanned<TrivyReport>> {
  return await inScratch(async (scratch) => {
    await writeFileAtomic(join(scratch, SBOM), sbom);
    await run(
      trivy,
      scratch,
      [
        ['sbom', '--list-all-pkgs', '--scanners', 'vuln', ...OFFLINE, ...CACHE, ...QUIET, ...OUTPUT],
        [`${SANDBOX.path}/${SBOM}`],
      ].flat(),
      [{ source: database, target: DATABASE }],
    );
    return await readReport(scratch, (text) => parseReport(text, name(trivy)));
  });
}

/** Looks through Kubernetes manifests, texts by relative path, and tells of every check whether each file passes it. Throws like {@link scanImage}. */
export async function scanManifests(
  trivy: Trivy,
  manifests: ReadonlyMap<string, string>,
): Promise<Scanned<TrivyReport>> {
  return await inScratch(async (scratch) => {
    for (const [path, text] of manifests) await writeFileAtomic(join(scratch, 'manifests', path), text);
    await run(
      trivy,
      scratch,
      [
        ['config', '--misconfig-scanners', 'kubernetes', ...EVERY_CHECK, ...CACHE, ...QUIET, ...OUTPUT],
        [`${SANDBOX.path}/manifests`],
      ].flat(),
    );
    return await readReport(scratch, (text) => parseReport(text, name(trivy)));
  });
}

/**
 * The same findings by the controls of a benchmark, as Trivy itself assigns them: what `--compliance` gives, without looking a second time.
 * Throws like {@link scanImage}.
 */
export async function byControls(
  trivy: Trivy,
  raw: Uint8Array,
  benchmark: Benchmark,
): Promise<Scanned<ComplianceReport>> {
  return await inScratch(async (scratch) => {
    await writeFileAtomic(join(scratch, 'scan.json'), raw);
    await run(
      trivy,
      scratch,
      [
        ['convert', '--quiet', '--format', 'json', '--compliance', benchmark, '--report', 'all', ...OUTPUT],
        [`${SANDBOX.path}/scan.json`],
      ].flat(),
    );
    return await readReport(scratch, (text) => parseComplianceReport(text, name(trivy)));
  });
}

async function inScratch<T>(use: (scratch: string) => Promise<T>): Promise<T> {
  return await withTemporaryDirectory(async (scratch) => {
    for (const folder of ['tmp', 'out', 'cache']) await mkdir(join(scratch, folder));
    return await use(scratch);
  });
}

async function run(
  { file, signal }: Trivy,
  folder: string,
  args: readonly string[],
  inputs: readonly Mount[] = [],
): Promise<void> {
  await runInBuilderSandbox({
    environment: SANDBOX,
    folder,
    inputs,
    tool: `trivy ${args[0] ?? ''}`,
    file,
    args,
    env: {
      // Its garbage is collected less often: a third less CPU time for some memory.
      GOGC: '800',
    },
    timeoutMs: TIMEOUT_MS,
    signal,
  });
}

async function readReport<T>(scratch: string, parse: (text: string) => T): Promise<Scanned<T>> {
  const raw = await ifThere(readFile(join(scratch, REPORT)));
  if (raw === undefined) throw new FoundryError('FND_TOOL_OUTPUT', 'Trivy ended well and wrote no report');
  return { report: parse(raw.toString('utf8')), raw };
}

function name({ sha256 }: Trivy): string {
  return `binary ${sha256.slice(0, 16)}`;
}
