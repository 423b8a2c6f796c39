import { findProfile, type ProfileSearch } from '../../adapters/profile/find-profile.ts';
import { readCredentials } from '../../adapters/registry/credentials.ts';
import { openRegistry } from '../../adapters/registry/registry.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { LoginTrial } from './check.ts';

/**
 * Logs in to the registry of the profile, with nothing read or written there; undefined where no profile names credentials. Throws what
 * reading a profile and credentials throws, FND_BAD_INPUT for a file without this registry, FND_PERMISSION and FND_UNREACHABLE for it.
 */
export async function tryLogin(search: ProfileSearch, signal: AbortSignal): Promise<LoginTrial | undefined> {
  const { registry: host, credentialsFile: file } = (await findProfile(search))?.images ?? {};
  if (host === undefined || file === undefined) return undefined;
  const credentials = await readCredentials(file, host);
  if (credentials === undefined) {
    throw new FoundryError('FND_BAD_INPUT', `${file} has no credentials for ${host}`, {
      hint: `\`docker --config <folder> login ${host}\` writes such a file; docs/profiles.md shows how it looks.`,
    });
  }
  let isAsked = false;
  const login = (): Promise<typeof credentials> => {
    isAsked = true;
    return Promise.resolve(credentials);
  };
  await openRegistry(host, login, signal).ping();
  return { host, file, isAsked };
}
