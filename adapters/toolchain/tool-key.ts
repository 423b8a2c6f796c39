import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256, type Sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { BUILD_RECIPE } from './go-build.ts';
import type { BuildEntry } from './tools-file.ts';

const KEY_CHARACTERS = 16;

/**
 * What a build depends on, as one digest: the module files, the fields of the entry that reach the compiler, the recipe,
 * the Go release and the platform. The same key means the same binary, on any machine.
 * Throws FND_BAD_DATA when the module files are missing or pin another version than the entry.
 */
export async function toolKey(
  toolsFolder: string,
  entry: BuildEntry,
  goVersion: string,
  platform: string,
): Promise<Sha256> {
  const files = await moduleFiles(join(toolsFolder, entry.name));
  refuseAnotherVersion(entry, files.get('go.mod'));
  const inputs = {
    schemaVersion: 1,
    recipe: BUILD_RECIPE,
    go: goVersion,
    platform,
    package: entry.package,
    module: entry.module,
    version: entry.version,
    experiment: entry.experiment ?? '',
    ldflags: entry.ldflags ?? [],
    assets: entry.assets ?? [],
    files: [...files].map(([name, text]) => [name, sha256(text)]),
  };
  return sha256(JSON.stringify(inputs));
}

/** The name of the folder that holds a tool built under a key. */
export function entryFolderName(name: string, key: Sha256): string {
  return `${name}-${key.slice(0, KEY_CHARACTERS)}`;
}

/** The platform binaries are built for, in Go's words, such as `linux/amd64`. */
export function hostPlatform(): string {
  return `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`;
}

async function moduleFiles(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const names = (await readdir(folder).catch(() => [])).filter(isModuleFile).sort();
  for (const name of names) files.set(name, await readFile(join(folder, name), 'utf8'));
  return files;
}

function isModuleFile(name: string): boolean {
  return name === 'go.mod' || name === 'go.sum' || (name.endsWith('.go') && !name.endsWith('_test.go'));
}

function refuseAnotherVersion(entry: BuildEntry, goMod: string | undefined): void {
  const where = `tools/${entry.name}/go.mod`;
  if (goMod === undefined) throw new FoundryError('FND_BAD_DATA', `${where} is not there`);
  const lines = goMod.split('\n').map((line) => line.trim().replace(/^require\s+/, ''));
  if (lines.includes(`module ${entry.module}`)) return;
  const pinned = lines.map((line) => line.split(/\s+/)).find(([module]) => module === entry.module)?.[1];
  if (pinned === entry.version) return;
  throw new FoundryError(
    'FND_BAD_DATA',
    `${where} pins ${entry.module} at ${pinned ?? 'no version'}, but tools.json says ${entry.version}`,
    { hint: 'Change both together: the version in tools.json is the one that provenance names.' },
  );
}
