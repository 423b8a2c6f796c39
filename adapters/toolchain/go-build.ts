import { chmod, copyFile, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FoundryError } from '../../domain/errors.ts';
import { runTool, type ToolResult } from '../process/run-tool.ts';
import { explainBuildFailure } from './build-failure.ts';
import { NETWORK_VARIABLES, type GoClient } from './go-client.ts';
import type { BuildEntry } from './tools-file.ts';

/** Flags and settings of every build, for the same bytes everywhere. Part of the key: a change here rebuilds all tools. */
export const BUILD_RECIPE = {
  // What -w takes out at the end need not be made: a fifth of the time.
  flags: ['-trimpath', '-buildvcs=false', '-mod=readonly', '-gcflags=all=-dwarf=false'],
  ldflags: '-s -w -buildid=',
  environment: {
    CGO_ENABLED: '0',
    GO111MODULE: 'on',
    GOWORK: 'off',
    GOFLAGS: '',
    GOAMD64: 'v1',
    GOARM64: 'v8.0',
    GOFIPS140: 'off',
  },
} as const;

/** One build: what, from where, with which Go, into which folder. */
export interface GoBuild {
  readonly entry: BuildEntry;
  readonly moduleFolder: string;
  readonly goVersion: string;
  readonly client: GoClient;
  /** A folder of its own that becomes the tool's folder. */
  readonly into: string;
  readonly signal: AbortSignal | undefined;
  readonly onDownload: () => void;
}

/**
 * Builds the tool's binary, named after the tool, and copies its assets beside it.
 * Throws FND_TOOL_BUILD_FAILED with the compiler's first lines, FND_DISK_FULL, or FND_INTERRUPTED.
 */
export async function buildTool(build: GoBuild): Promise<void> {
  const scratch = join(build.into, '.scratch');
  await mkdir(scratch, { recursive: true });
  const { entry } = build;
  const ldflags = [BUILD_RECIPE.ldflags, ...(entry.ldflags ?? [])].join(' ');
  const binary = join(build.into, entry.name);
  const args = ['build', ...BUILD_RECIPE.flags, `-ldflags=${ldflags}`, '-o', binary, entry.package];
  await go(build, scratch, args);
  if (!(await isFile(binary))) {
    throw failure(build, `the build of ${entry.package} made no binary: is it a main package?`, undefined);
  }
  const assets = entry.assets ?? [];
  if (assets.length > 0) {
    const list = ['list', '-mod=readonly', '-m', '-f', '{{.Dir}}', entry.module];
    const { stdout } = await go(build, scratch, list);
    for (const { from, to } of assets) await copyTree(join(stdout.trim(), from), join(build.into, to), build);
  }
  await rm(scratch, { recursive: true });
}

async function go(build: GoBuild, scratch: string, args: string[]): Promise<ToolResult> {
  try {
    const result = await runTool({
      tool: `go ${args[0] ?? ''} (${build.entry.name})`,
      file: 'go',
      args,
      cwd: build.moduleFolder,
      env: buildEnvironment(build, scratch),
      passEnv: NETWORK_VARIABLES,
      acceptExitCodes: [1, 2],
      onLine: (line) => {
        if (line.startsWith('go: downloading ')) build.onDownload();
      },
      ...(build.signal === undefined ? {} : { signal: build.signal }),
    });
    if (result.exitCode === 0) return result;
    if (build.signal?.aborted === true) throw interrupted(build.entry.name);
    throw failure(build, result.stderr, undefined);
  } catch (error) {
    if (build.signal?.aborted === true) throw interrupted(build.entry.name);
    if (error instanceof FoundryError && error.code === 'FND_TOOL_FAILED') {
      throw failure(build, error.message, error);
    }
    throw error;
  }
}

function buildEnvironment(build: GoBuild, scratch: string): Record<string, string> {
  return {
    ...build.client.environment,
    ...BUILD_RECIPE.environment,
    GOTOOLCHAIN: `go${build.goVersion}`,
    GOTMPDIR: scratch,
    ...(build.entry.experiment === undefined ? {} : { GOEXPERIMENT: build.entry.experiment }),
  };
}

function failure(build: GoBuild, output: string, cause: unknown): FoundryError {
  const { code, summary, hint } = explainBuildFailure(output, build.entry.name, build.goVersion);
  return new FoundryError(code, `${build.entry.name} ${build.entry.version} could not be built: ${summary}`, {
    hint,
    ...(cause === undefined ? {} : { cause }),
  });
}

function interrupted(name: string): FoundryError {
  return new FoundryError(
    'FND_INTERRUPTED',
    `the build of ${name} was stopped; nothing half-built was left`,
    {
      hint: 'Run the same command again: the tools that are finished are kept.',
    },
  );
}

// The module cache is read-only, and a copy must stay deletable: so modes are set, not copied.
async function copyTree(from: string, to: string, build: GoBuild): Promise<void> {
  if (await isFile(from)) return await copyOne(from, to);
  const entries = await readdir(from, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined)
    throw failure(build, `its module has no ${from.split('/').slice(-2).join('/')}`, undefined);
  for (const entry of entries) {
    if (build.signal?.aborted === true) throw interrupted(build.entry.name);
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) await copyOne(path, join(to, path.slice(from.length)));
  }
}

async function copyOne(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  await chmod(to, 0o644);
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true;
}
