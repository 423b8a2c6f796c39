import { ANONYMOUS, type Login, loginByFile } from '../registry/credentials.ts';
import { openRegistry, type Registry } from '../registry/registry.ts';
import { type ProfileSearch, findProfile } from './find-profile.ts';
import type { Profile } from './profile.ts';

/** Who we are at registries, as a profile says it. The file is read only when a registry wants to know. */
export function loginOf({ images }: Profile): Login {
  return images.credentialsFile === undefined ? ANONYMOUS : loginByFile(images.credentialsFile);
}

/** The same, by the profile that is the one to go by when a registry wants to know; nobody where there is none. */
export function loginBySearch(search: ProfileSearch): Login {
  return async (host) => {
    const profile = await findProfile(search);
    return profile === undefined ? undefined : await loginOf(profile)(host);
  };
}

/** Opens registries, by host and as who the profile says that we are. */
export function registriesOf(profile: Profile, signal?: AbortSignal): (host: string) => Registry {
  const login = loginOf(profile);
  return (host) => openRegistry(host, login, signal);
}
