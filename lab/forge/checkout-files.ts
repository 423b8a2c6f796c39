import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ifThere } from '../../adapters/files/if-there.ts';
import type { SeedFile } from './git/create-repository.ts';

/** The folders and files of a checkout that decide what a release builds and how it is run, and what says what it all depends on. */
const TAKEN = ['.github/workflows', 'deploy', 'docker-compose.yml', 'images', 'package-lock.json'] as const;
const TOOLS = 'tools';
const TOOL_FILE = 'go.mod';

/** This checkout. */
const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

/** The files of a checkout that a released commit must hold, besides its pins; sorted by path. */
export async function checkoutFiles(checkout: string = CHECKOUT): Promise<SeedFile[]> {
  const taken = (await Promise.all(TAKEN.map((name) => filesAt(join(checkout, name))))).flat();
  const paths = [...taken, ...(await toolFiles(join(checkout, TOOLS)))];
  const files = paths.map(async (path) => ({
    path: relative(checkout, path).split(sep).join('/'),
    content: await readFile(path),
    executable: ((await stat(path)).mode & 0o100) !== 0,
  }));
  return (await Promise.all(files)).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function toolFiles(tools: string): Promise<string[]> {
  const entries = (await ifThere(readdir(tools, { withFileTypes: true }))) ?? [];
  const folders = entries.filter((entry) => entry.isDirectory());
  return (await Promise.all(folders.map(({ name }) => filesAt(join(tools, name, TOOL_FILE))))).flat();
}

async function filesAt(path: string): Promise<string[]> {
  const found = await ifThere(stat(path));
  if (found === undefined) return [];
  if (found.isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}
