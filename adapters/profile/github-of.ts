import { type Github, openGithub } from '../github/open-github.ts';
import { type Profile, readForgeToken } from './profile.ts';

/** The API of a profile's forge, with its token. Throws FND_BAD_INPUT when the file of the token is not there. */
export async function githubOf(profile: Profile, signal?: AbortSignal): Promise<Github> {
  const { api, project } = profile.forge;
  const token = await readForgeToken(profile);
  return openGithub({ api, project, token, ...(signal === undefined ? {} : { signal }) });
}
