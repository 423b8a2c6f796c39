import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FoundryError } from '../../domain/errors.ts';
import type { Directories } from '../directories/directories.ts';
import { manifestOf, readBuildRecord, type BuiltTool, type ToolManifest } from './manifest.ts';
import { entryFolderName, hostPlatform, toolKey } from './tool-key.ts';
import { isToolName, TOOL_NAMES, type ToolName } from './tool-names.ts';
import { readToolsFile, type ToolEntry, type ToolsFile } from './tools-file.ts';

/** The built tools. */
export interface Toolchain {
  /** The binary of a tool. Throws FND_TOOL_MISSING when it is not built. */
  path(name: ToolName): string;
  /** The folder that holds a tool's binary and its assets. Throws FND_TOOL_MISSING when it is not built. */
  folder(name: ToolName): string;
  /** What is known of the tools; undefined when they come from `FOUNDRY_TOOLS_BIN`, where nothing is known. */
  readonly manifest: ToolManifest | undefined;
}

/** One tool of the current pins: where it belongs, and what is there. */
export interface ToolState {
  readonly entry: ToolEntry;
  readonly key: BuiltTool['key'];
  readonly folder: string;
  /** Undefined when the tool must be built. */
  readonly built: BuiltTool | undefined;
}

/** This checkout's `tools/`. */
export const TOOLS_FOLDER = fileURLToPath(new URL('../../tools', import.meta.url));

/** The folder of built tools in the cache. */
export function builtFolder(directories: Directories): string {
  return join(directories.cache, 'tools');
}

/**
 * Opens the toolchain of the current pins. Reads records and file sizes, not the binaries, so it is fast.
 * With `FOUNDRY_TOOLS_BIN` set, the tools are the files of these names in that folder.
 * Throws FND_BAD_DATA for broken pins.
 */
export async function openToolchain(
  directories: Directories,
  environment: Readonly<Record<string, string | undefined>>,
  toolsFolder: string = TOOLS_FOLDER,
): Promise<Toolchain> {
  const override = environment['FOUNDRY_TOOLS_BIN'] ?? '';
  if (override !== '') return await toolchainIn(override);
  const states = await inspectTools(directories, toolsFolder, await readToolsFile(toolsFolder));
  const built = states.flatMap((state) => state.built ?? []);
  const folders = new Map(states.filter((s) => s.built !== undefined).map((s) => [s.entry.name, s.folder]));
  return toolchainOf(folders, manifestOf(built), 'Run `npm run tools`: it builds what is missing.');
}

/** For every pinned tool: its key, its folder, and whether it is built. */
export async function inspectTools(
  directories: Directories,
  toolsFolder: string,
  file: ToolsFile,
): Promise<ToolState[]> {
  return await Promise.all(
    file.tools.map(async (entry) => {
      const key = await toolKey(toolsFolder, entry, file.go, hostPlatform());
      const folder = join(builtFolder(directories), entryFolderName(entry.name, key));
      return { entry, key, folder, built: await builtToolIn(folder, entry.name, key) };
    }),
  );
}

async function builtToolIn(
  folder: string,
  name: ToolName,
  key: BuiltTool['key'],
): Promise<BuiltTool | undefined> {
  const [record, size] = await Promise.all([readBuildRecord(folder), sizeOf(join(folder, name))]);
  if (record === undefined || record.tool.key !== key || record.tool.size !== size) return undefined;
  return record.tool;
}

async function toolchainIn(folder: string): Promise<Toolchain> {
  const sizes = await Promise.all(
    TOOL_NAMES.map(async (name) => [name, await sizeOf(join(folder, name))] as const),
  );
  const there = sizes.filter(([, size]) => size !== undefined);
  const hint = `FOUNDRY_TOOLS_BIN is ${folder}: put the tool there, or unset the variable and run \`npm run tools\`.`;
  return toolchainOf(new Map(there.map(([name]) => [name, folder])), undefined, hint);
}

function toolchainOf(
  folders: ReadonlyMap<ToolName, string>,
  manifest: ToolManifest | undefined,
  hint: string,
): Toolchain {
  const folder = (name: ToolName): string => {
    if (!isToolName(name)) throw new FoundryError('FND_BAD_INPUT', `there is no tool called ${String(name)}`);
    const found = folders.get(name);
    if (found === undefined)
      throw new FoundryError('FND_TOOL_MISSING', `the tool ${name} is not built`, { hint });
    return found;
  };
  return { path: (name) => join(folder(name), name), folder, manifest };
}

async function sizeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? found.size : undefined;
}
