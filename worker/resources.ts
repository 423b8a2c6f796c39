import { join } from 'node:path';
import { profilePath } from '../adapters/profile/profile-path.ts';
import { type Profile, readProfile } from '../adapters/profile/profile.ts';
import { openDirectoryResults, type ResultIndex } from '../adapters/results/result-index.ts';
import type { ArtifactStore } from '../adapters/store/artifact-store.ts';
import { openDirectoryStore } from '../adapters/store/directory-store.ts';
import { openToolchain, type Toolchain } from '../adapters/toolchain/toolchain.ts';
import type { WorkerConfig } from './config.ts';

/** What the activities of a worker share. */
export interface Resources {
  readonly store: ArtifactStore;
  readonly results: ResultIndex;
  readonly tools: Toolchain;
  /** Where digests that cost much to measure are remembered. */
  readonly memory: string;
  /** The profile as it is now: a lab that starts after the worker writes it. Throws FND_BAD_INPUT when there is none. */
  readonly profile: () => Promise<Profile>;
}

/** Opens them. Throws what the toolchain throws. */
export async function openResources({
  stateDir,
  cacheDir,
}: Pick<WorkerConfig, 'stateDir' | 'cacheDir'>): Promise<Resources> {
  const profile = profilePath(stateDir, process.env);
  return {
    store: openDirectoryStore(join(stateDir, 'store')),
    results: openDirectoryResults(join(stateDir, 'results')),
    tools: await openToolchain({ state: stateDir, cache: cacheDir }, process.env),
    memory: join(stateDir, 'fips-sources'),
    profile: () => readProfile(profile),
  };
}
