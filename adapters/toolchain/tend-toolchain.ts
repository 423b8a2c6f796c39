import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FoundryError } from '../../domain/errors.ts';
import type { Report } from '../../domain/report.ts';
import type { Directories } from '../directories/directories.ts';
import { withFileLock } from '../host/file-lock.ts';
import { hashAsset } from './build-toolchain.ts';
import { hashFile } from './hash-files.ts';
import { entryFolderName } from './tool-key.ts';
import { isToolName } from './tool-names.ts';
import { builtFolder, inspectTools, TOOLS_FOLDER } from './toolchain.ts';
import { readToolsFile } from './tools-file.ts';

/** Which toolchain to look after, and whom to tell. */
export interface ToolchainCare {
  readonly directories: Directories;
  readonly report: Report;
  readonly signal?: AbortSignal;
  readonly toolsFolder?: string;
}

const ENTRY_FOLDER = /^(?<name>.+)-[0-9a-f]{16}$/;

/**
 * Reads every built binary and asset again and compares with the digests taken at build time.
 * Returns how many tools agree. Throws FND_DIGEST_MISMATCH naming the first that does not.
 */
export async function verifyToolchain(care: ToolchainCare): Promise<number> {
  const toolsFolder = care.toolsFolder ?? TOOLS_FOLDER;
  const states = await inspectTools(care.directories, toolsFolder, await readToolsFile(toolsFolder));
  let verified = 0;
  for (const { built, folder } of states) {
    if (built === undefined) continue;
    await expect(join(folder, built.name), built.sha256, await hashFile(join(folder, built.name)));
    for (const asset of built.assets) {
      await expect(join(folder, asset.to), asset.sha256, await hashAsset(join(folder, asset.to)));
    }
    verified += 1;
  }
  return verified;
}

/**
 * Removes built tools that the current pins do not name, and leaves everything else alone.
 * Returns the names of the removed folders.
 */
export async function pruneToolchain(care: ToolchainCare): Promise<string[]> {
  const toolsFolder = care.toolsFolder ?? TOOLS_FOLDER;
  const states = await inspectTools(care.directories, toolsFolder, await readToolsFile(toolsFolder));
  const current = new Set(states.map(({ entry, key }) => entryFolderName(entry.name, key)));
  const folder = builtFolder(care.directories);
  const lock = {
    path: join(folder, 'lock'),
    onWait: () => care.report('another foundry is building tools in this cache; waiting for it'),
    ...(care.signal === undefined ? {} : { signal: care.signal }),
  };
  return await withFileLock(lock, async () => {
    const removed = (await readdir(folder))
      .filter((name) => isEntryFolder(name) && !current.has(name))
      .sort();
    for (const name of removed) await rm(join(folder, name), { recursive: true });
    return removed;
  });
}

function isEntryFolder(folderName: string): boolean {
  const name = ENTRY_FOLDER.exec(folderName)?.groups?.['name'];
  return name !== undefined && isToolName(name);
}

async function expect(path: string, expected: string, found: string): Promise<void> {
  if (expected === found) return;
  throw new FoundryError(
    'FND_DIGEST_MISMATCH',
    `${path} was built as sha256 ${expected}, but is ${found} now`,
    {
      hint: 'Somebody changed it. Delete its folder and run `./foundry tools`: it is built again.',
    },
  );
}
