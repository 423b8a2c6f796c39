import { stat } from 'node:fs/promises';
import { ifThere } from '../files/if-there.ts';
import { profilePath } from './profile-path.ts';
import { type Profile, readProfile } from './profile.ts';

/** Where a profile is looked for. */
export interface ProfileSearch {
  readonly stateFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The one that a person named. */
  readonly named?: string | undefined;
}

/** The profile to go by, or undefined where nobody names one and the state folder has none. Throws what {@link readProfile} throws. */
export async function findProfile({
  stateFolder,
  environment,
  named,
}: ProfileSearch): Promise<Profile | undefined> {
  const path = profilePath(stateFolder, environment, named);
  const isNamed = named !== undefined || environment['FOUNDRY_PROFILE'] !== undefined;
  if (!isNamed && (await ifThere(stat(path))) === undefined) return undefined;
  return await readProfile(path);
}
