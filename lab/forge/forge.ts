import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ifThere } from '../../adapters/files/if-there.ts';
import type { Report } from '../../domain/report.ts';
import { type ForgePaths, forgePaths, LAB_REPOSITORY } from './forge-paths.ts';
import { createRepository, installHook, type SeedFile } from './git/create-repository.ts';
import { ensureTokens } from './tokens.ts';

export type { SeedFile } from './git/create-repository.ts';

interface ForgeOptions {
  readonly stateDir: string;
  /** Makes the content of the first commit; asked only when there is none. */
  readonly seedFiles: () => Promise<readonly SeedFile[]>;
  readonly report: Report;
}

/**
 * Makes the lab's forge: a bare repository seeded with one commit, and tokens. What is there already stays as it is.
 * Throws FND_TOOL_MISSING without git, FND_DISK_FULL and FND_PERMISSION for the state folder.
 */
export async function ensureForge(options: ForgeOptions): Promise<ForgePaths> {
  const paths = forgePaths(options.stateDir);
  const isMade = (await ifThere(stat(join(paths.repository, 'HEAD')))) !== undefined;
  if (isMade) await installHook(paths.repository);
  else await seed(paths, options);
  await ensureTokens(paths.tokens);
  return paths;
}

/** Puts the forge back to its first commit and forgets what its API remembers; the tokens stay valid. */
export async function resetForge(options: ForgeOptions): Promise<ForgePaths> {
  const paths = forgePaths(options.stateDir);
  await rm(paths.api, { recursive: true, force: true });
  await seed(paths, options);
  await ensureTokens(paths.tokens);
  return paths;
}

async function seed(paths: ForgePaths, options: ForgeOptions): Promise<void> {
  options.report(`Making the lab's forge with ${LAB_REPOSITORY.fullName}`);
  await createRepository(paths.repository, LAB_REPOSITORY.defaultBranch, await options.seedFiles());
}
