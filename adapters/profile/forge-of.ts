import type { Remote } from '../git/checkout.ts';
import { type Profile, readForgeToken } from './profile.ts';

/** The forge of a profile, with its token. Throws what {@link readForgeToken} throws. */
export async function forgeOf(profile: Profile, signal?: AbortSignal): Promise<Remote> {
  const token = await readForgeToken(profile);
  const { repository: url, branch } = profile.forge;
  return {
    url,
    branch,
    ...(signal === undefined ? {} : { signal }),
    ...(token === undefined ? {} : { token }),
  };
}
