import { join } from 'node:path';

/** Where a state folder keeps its profile. */
export const PROFILE_FILE = 'profile.hcl';

/** The profile to go by: the one that a person named, else that of the environment, else the state folder's own. */
export function profilePath(stateFolder: string, environment: NodeJS.ProcessEnv, named?: string): string {
  return named ?? environment['FOUNDRY_PROFILE'] ?? join(stateFolder, PROFILE_FILE);
}
