import { join } from 'node:path';
import { cursorsPath } from '../adapters/cursors/cursors.ts';
import { profilePath } from '../adapters/profile/profile-path.ts';
import { type Profile, readProfile } from '../adapters/profile/profile.ts';
import { openDirectoryResults, type ResultIndex } from '../adapters/results/result-index.ts';
import type { ArtifactStore } from '../adapters/store/artifact-store.ts';
import { openDirectoryStore } from '../adapters/store/directory-store.ts';
import { openToolchain, type Toolchain } from '../adapters/toolchain/toolchain.ts';
import { watchRecordPath } from '../adapters/watch-record/watch-record.ts';
import type { SigningIdentity } from '../adapters/sigstore/token-source.ts';
import type { WorkerConfig } from './config.ts';

/** What the activities of a worker share. */
export interface Resources {
  readonly store: ArtifactStore;
  readonly results: ResultIndex;
  readonly tools: Toolchain;
  /** Where digests that cost much to measure are remembered. */
  readonly memory: string;
  /** The file in which is remembered what was seen of the upstreams. */
  readonly cursors: string;
  /** Where unpacked scanner databases are kept; it may be deleted at any time. */
  readonly databases: string;
  /** The folder of the package repositories, as static files. */
  readonly packages: string;
  /** The file in which the watch keeps its record. */
  readonly watchRecord: string;
  /** The profile as it is now: a lab that starts after the worker writes it. Throws FND_BAD_INPUT when there is none. */
  readonly profile: () => Promise<Profile>;
  /** The server that asks: its histories are what signing goes by. */
  readonly temporal: { readonly address: string; readonly namespace: string };
  /** Null but in the worker that signs. */
  readonly signingIdentity: SigningIdentity | null;
  /** The file of the key that packages are signed with; null but in the worker that signs. */
  readonly packageKey: string | null;
}

/** Opens them. Throws what the toolchain throws. */
export async function openResources({
  stateDir,
  cacheDir,
  temporal,
  namespace,
  signingIdentity,
  packageKey,
}: Omit<WorkerConfig, 'queues' | 'healthPort'>): Promise<Resources> {
  const profile = profilePath(stateDir, process.env);
  return {
    store: openDirectoryStore(join(stateDir, 'store')),
    results: openDirectoryResults(join(stateDir, 'results')),
    tools: await openToolchain({ state: stateDir, cache: cacheDir }, process.env),
    memory: join(stateDir, 'fips-sources'),
    cursors: cursorsPath(stateDir),
    databases: join(cacheDir, 'scanner-databases'),
    packages: join(stateDir, 'published', 'apk'),
    watchRecord: watchRecordPath(stateDir),
    profile: () => readProfile(profile),
    temporal: { address: temporal, namespace },
    signingIdentity,
    packageKey,
  };
}
