import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { FoundryError } from '../../domain/errors.ts';

/** The two folders the foundry writes to. State must survive; the cache may be deleted at any time. */
export interface Directories {
  readonly state: string;
  readonly cache: string;
}

/**
 * Where state and cache live: option, then `FOUNDRY_STATE_DIR` / `FOUNDRY_CACHE_DIR`, then the XDG base directories.
 * Throws FND_BAD_INPUT for a relative path, because it would change its meaning with the working folder.
 */
export function resolveDirectories(
  environment: Readonly<Record<string, string | undefined>>,
  options: { stateDir?: string; cacheDir?: string } = {},
): Directories {
  const home = environment['HOME'] ?? homedir();
  const state = options.stateDir ?? environment['FOUNDRY_STATE_DIR'];
  const cache = options.cacheDir ?? environment['FOUNDRY_CACHE_DIR'];
  return {
    state:
      absolute(state, '--state-dir') ??
      join(environment['XDG_STATE_HOME'] ?? join(home, '.local', 'state'), 'foundry'),
    cache:
      absolute(cache, '--cache-dir') ??
      join(environment['XDG_CACHE_HOME'] ?? join(home, '.cache'), 'foundry'),
  };
}

function absolute(path: string | undefined, option: string): string | undefined {
  if (path === undefined || path === '') return undefined;
  if (!isAbsolute(path)) {
    throw new FoundryError('FND_BAD_INPUT', `${option}: ${path} is not an absolute path`, {
      hint: `Write it as ${join(process.cwd(), path)}.`,
    });
  }
  return path;
}
