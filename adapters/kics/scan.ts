import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FoundryError } from '../../domain/errors.ts';
import { ifThere } from '../files/if-there.ts';
import { writeFileAtomic } from '../files/write-atomic.ts';
import { runInBuilderSandbox } from '../sandbox/builder-sandbox.ts';
import { KICS_KINDS, type KicsKind } from './kinds.ts';
import { type KicsReport, parseKicsReport } from './parse-report.ts';
import { soundRun } from './sound-run.ts';

/** What is scanned, and with what. */
export interface KicsScan {
  /** The folder that holds `kics` and, beside it, its `queries`, `libraries` and `assets`. */
  readonly tool: string;
  /** A fresh folder of its own. */
  readonly scratch: string;
  /** Texts by relative path. */
  readonly files: ReadonlyMap<string, Uint8Array | string>;
  readonly kinds: readonly KicsKind[];
  readonly signal?: AbortSignal | undefined;
}

/** What KICS says, and how many queries its folder holds for each kind: so many it must have loaded. */
export interface KicsOutcome {
  readonly report: KicsReport;
  readonly expectedQueries: ReadonlyMap<KicsKind, number>;
}

const TIMEOUT_MS = 5 * 60 * 1000;

/** Where KICS sees our folder. Constant, because similarity ids and the report hold paths. */
const SANDBOX = { path: '/audit', hostname: 'audit', timeZone: 'UTC0', locale: 'C.UTF-8', umask: 0o22 };
const SCANNED = 'scan';
const FOLDERS = ['queries', 'libraries', 'assets'] as const;

const QueryMetadata = z.object({ aggregation: z.int().positive().default(1) });

/**
 * Runs KICS over files in a sandbox: without a network, so that it neither reports crashes nor asks for versions or descriptions,
 * and without anything of this machine but its queries. Files that it is not told to ignore cannot be ignored: our folder holds no
 * configuration of KICS and no `.gitignore` counts. Takes seconds, most of them for compiling the queries.
 * Throws FND_TOOL_MISSING, FND_TOOL_FAILED for an engine that fails, FND_TOOL_OUTPUT for a report that is none,
 * FND_BAD_INPUT for a path that leads out of the folder, FND_INTERRUPTED.
 */
export async function scanWithKics(scan: KicsScan): Promise<KicsOutcome> {
  const { tool, scratch, kinds, signal } = scan;
  const expectedQueries = await countQueries(join(tool, 'queries'), kinds);
  await mkdir(join(scratch, 'tmp'), { recursive: true });
  for (const [path, content] of scan.files) {
    await writeFileAtomic(join(scratch, SCANNED, ...safeSegments(path)), content);
  }
  const report = await soundRun(() => runKics({ tool, scratch, kinds, signal }));
  return { report, expectedQueries };
}

async function runKics({ tool, scratch, kinds, signal }: Omit<KicsScan, 'files'>): Promise<KicsReport> {
  // Nothing that an earlier run wrote can be taken for what this one says.
  await rm(join(scratch, 'out'), { recursive: true, force: true });
  await runInBuilderSandbox({
    environment: SANDBOX,
    folder: scratch,
    inputs: FOLDERS.map((name) => ({ source: join(tool, name), target: name })),
    tool: 'kics scan',
    file: join(tool, 'kics'),
    args: kicsArguments(kinds),
    env: {
      // Only 0 and false count: KICS reads any other value, 1 too, as a wish for crash reports.
      DISABLE_CRASH_REPORT: '0',
      // Its garbage is collected less often: a third less CPU time for 250 MB more memory.
      GOGC: '800',
    },
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  const [report, payload] = await Promise.all(
    ['out/report.json', 'out/payload.json'].map((name) => readOutput(join(scratch, name))),
  );
  return parseKicsReport(report ?? '', payload ?? '', `${SANDBOX.path}/${SCANNED}`);
}

function kicsArguments(kinds: readonly KicsKind[]): string[] {
  return [
    ['scan', '--ci', '--no-progress', '--no-color', '--path', `${SANDBOX.path}/${SCANNED}`],
    ['--queries-path', `${SANDBOX.path}/queries`, '--libraries-path', `${SANDBOX.path}/libraries`],
    ['--type', kinds.join(',')],
    ['--exclude-gitignore', '--strict-source-resolution'],
    ['--output-path', `${SANDBOX.path}/out`, '--output-name', 'report', '--report-formats', 'json'],
    ['--payload-path', `${SANDBOX.path}/out/payload.json`],
    // Findings are judged by us, and every run has some, because every run has canaries: the exit code says whether the engine failed.
    ['--ignore-on-exit', 'results'],
  ].flat();
}

async function countQueries(
  folder: string,
  kinds: readonly KicsKind[],
): Promise<ReadonlyMap<KicsKind, number>> {
  const counted = kinds.map(
    async (kind) => [kind, await countIn(join(folder, KICS_KINDS[kind]), folder)] as const,
  );
  return new Map(await Promise.all(counted));
}

async function countIn(folder: string, queries: string): Promise<number> {
  if ((await ifThere(readdir(queries))) === undefined) {
    throw new FoundryError('FND_TOOL_MISSING', `KICS has no queries: there is no folder ${queries}`, {
      hint: 'Run `npm run tools`: it builds KICS with its queries beside it.',
    });
  }
  const names = (await ifThere(readdir(folder, { recursive: true }))) ?? [];
  const metadata = names.filter((name) => name.split('/').at(-1) === 'metadata.json');
  const sizes = await Promise.all(metadata.map((name) => aggregationOf(join(folder, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function aggregationOf(path: string): Promise<number> {
  try {
    return QueryMetadata.parse(JSON.parse(await readFile(path, 'utf8'))).aggregation;
  } catch (cause) {
    throw new FoundryError('FND_TOOL_OUTPUT', `KICS: ${path} is not the description of a query`, { cause });
  }
}

async function readOutput(path: string): Promise<string> {
  const text = await ifThere(readFile(path, 'utf8'));
  if (text !== undefined) return text;
  throw new FoundryError('FND_TOOL_OUTPUT', 'KICS ended well and wrote no report');
}

function safeSegments(path: string): string[] {
  const segments = path.split('/');
  if (!path.includes('\0') && segments.every((one) => one !== '' && one !== '.' && one !== '..'))
    return segments;
  throw new FoundryError('FND_BAD_INPUT', `${JSON.stringify(path)} is not a relative path of a file`);
}
