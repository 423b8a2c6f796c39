import { chmod, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FoundryError } from '../../domain/errors.ts';
import type { Report } from '../../domain/report.ts';
import type { Directories } from '../directories/directories.ts';
import { writeDirectoryAtomic } from '../files/write-atomic.ts';
import { withFileLock } from '../host/file-lock.ts';
import { runTool } from '../process/run-tool.ts';
import { buildTool } from './go-build.ts';
import { openGoClient, type GoClient } from './go-client.ts';
import { hashFile, hashFolder } from './hash-files.ts';
import {
  manifestOf,
  writeBuildRecord,
  writeManifest,
  type BuiltTool,
  type ToolManifest,
} from './manifest.ts';
import { hostPlatform } from './tool-key.ts';
import type { ToolName } from './tool-names.ts';
import { builtFolder, inspectTools, TOOLS_FOLDER, type ToolState } from './toolchain.ts';
import { readToolsFile, type ToolEntry, type ToolsFile } from './tools-file.ts';

/** A long build says that it goes on every so many milliseconds. */
const HEARTBEAT_MS = 15_000;

/** What to build, and whom to tell. */
export interface ToolchainBuild {
  readonly directories: Directories;
  readonly report: Report;
  readonly signal?: AbortSignal;
  /** Only these tools; all when left out. */
  readonly only?: readonly ToolName[];
  readonly toolsFolder?: string;
  readonly heartbeatMs?: number;
}

export interface ToolchainBuilt {
  /** The tools that this run built. */
  readonly built: readonly ToolName[];
  /** Every tool of the current pins that is built now. */
  readonly manifest: ToolManifest;
}

/**
 * Builds the tools that are missing, one after the other (the Go client itself uses every core), and writes the manifest.
 * Each tool appears whole or not at all; two runs at once wait for each other. With nothing to build it does not even
 * look for Go. Throws FND_TOOL_MISSING, FND_TOOL_BUILD_FAILED, FND_DISK_FULL, FND_INTERRUPTED or FND_BAD_DATA.
 */
export async function buildToolchain(build: ToolchainBuild): Promise<ToolchainBuilt> {
  const toolsFolder = build.toolsFolder ?? TOOLS_FOLDER;
  const file = await readToolsFile(toolsFolder);
  const inspect = async (): Promise<ToolState[]> => await inspectTools(build.directories, toolsFolder, file);
  const states = await inspect();
  if (missingOf(states, build.only).length === 0)
    return { built: [], manifest: await recordManifest(build, states) };
  const lock = {
    path: join(builtFolder(build.directories), 'lock'),
    onWait: () => build.report('another foundry is building tools in this cache; waiting for it'),
    ...(build.signal === undefined ? {} : { signal: build.signal }),
  };
  return await withFileLock(lock, async () => {
    await removeLeftovers(builtFolder(build.directories));
    const missing = missingOf(await inspect(), build.only);
    const afterEach = async (): Promise<ToolManifest> => await recordManifest(build, await inspect());
    const built = await buildAll(build, missing, file, toolsFolder, afterEach);
    return { built, manifest: await afterEach() };
  });
}

function missingOf(states: readonly ToolState[], only: readonly ToolName[] | undefined): ToolState[] {
  return states.filter((s) => s.built === undefined && (only === undefined || only.includes(s.entry.name)));
}

async function recordManifest(build: ToolchainBuild, states: readonly ToolState[]): Promise<ToolManifest> {
  const manifest = manifestOf(states.flatMap((state) => state.built ?? []));
  await writeManifest(builtFolder(build.directories), manifest);
  return manifest;
}

async function buildAll(
  build: ToolchainBuild,
  missing: readonly ToolState[],
  file: ToolsFile,
  toolsFolder: string,
  afterEach: () => Promise<unknown>,
): Promise<ToolName[]> {
  if (missing.length === 0) return [];
  const client = await openGoClient(build.signal);
  if (client.hostVersion !== `go${file.go}`) {
    build.report(`this machine has ${client.hostVersion}; the Go client uses its own copy of Go ${file.go}`);
  }
  const built: ToolName[] = [];
  for (const [index, state] of missing.entries()) {
    const title = `[${index + 1}/${missing.length}] ${state.entry.name} ${state.entry.version}`;
    await buildOne(build, state, { title, client, goVersion: file.go, toolsFolder });
    built.push(state.entry.name);
    await afterEach();
  }
  return built;
}

interface OneBuild {
  readonly title: string;
  readonly client: GoClient;
  readonly goVersion: string;
  readonly toolsFolder: string;
}

async function buildOne(build: ToolchainBuild, state: ToolState, one: OneBuild): Promise<void> {
  const began = performance.now();
  const seconds = (): number => Math.round((performance.now() - began) / 100) / 10;
  let downloads = 0;
  build.report(`${one.title}: building (about ${state.entry.estimateSeconds} s)`);
  const heartbeat = setInterval(() => {
    const fetched = downloads === 0 ? '' : `, ${downloads} modules downloaded`;
    build.report(`${one.title}: still building, ${seconds()} s${fetched}`);
  }, build.heartbeatMs ?? HEARTBEAT_MS);
  try {
    await writeDirectoryAtomic(state.folder, async (aside) => {
      await buildTool({
        entry: state.entry,
        moduleFolder: join(one.toolsFolder, state.entry.name),
        goVersion: one.goVersion,
        client: one.client,
        into: aside,
        signal: build.signal,
        onDownload: () => {
          downloads += 1;
        },
      });
      const tool = await describe(aside, state, one.goVersion);
      await writeBuildRecord(aside, { schemaVersion: 1, tool, seconds: seconds() });
    });
  } finally {
    clearInterval(heartbeat);
  }
  build.report(`${one.title}: built in ${seconds()} s`);
}

async function describe(folder: string, { entry, key }: ToolState, goVersion: string): Promise<BuiltTool> {
  const binary = join(folder, entry.name);
  await chmod(binary, 0o755);
  await refuseAnotherCompiler(binary, entry, goVersion);
  const assets: BuiltTool['assets'] = [];
  for (const { to } of entry.assets ?? []) assets.push({ to, sha256: await hashAsset(join(folder, to)) });
  return {
    name: entry.name,
    version: entry.version,
    module: entry.module,
    package: entry.package,
    goVersion: `go${goVersion}`,
    platform: hostPlatform(),
    key,
    sha256: await hashFile(binary),
    size: (await stat(binary)).size,
    assets,
  };
}

/** Digest of an asset, a file or a folder. */
export async function hashAsset(path: string): Promise<BuiltTool['sha256']> {
  return (await stat(path)).isDirectory() ? await hashFolder(path) : await hashFile(path);
}

async function refuseAnotherCompiler(
  binary: string,
  { name, experiment }: ToolEntry,
  goVersion: string,
): Promise<void> {
  const { stdout } = await runTool({
    tool: 'go version',
    file: 'go',
    args: ['version', binary],
    env: { GOTOOLCHAIN: 'local' },
  });
  const said = stdout.slice(stdout.lastIndexOf(': ') + 2).trim();
  const pinned = `go${goVersion}${experiment === undefined ? '' : ` X:${experiment}`}`;
  if (said.replace('-X:', ' X:') === pinned) return;
  throw new FoundryError('FND_TOOL_BUILD_FAILED', `${name} was built by ${said}, but ${pinned} is pinned`, {
    hint: 'Unset GOROOT, then run `./foundry tools` again.',
  });
}

// Only under the lock: what an earlier run left when it was killed between two renames.
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.endsWith('.tmp')) await rm(join(folder, name), { recursive: true, force: true });
  }
}
