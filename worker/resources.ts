import { join } from 'node:path';
import { cursorsPath } from '../adapters/cursors/cursors.ts';
import { profilePath } from '../adapters/profile/profile-path.ts';
import { type Profile, readProfile } from '../adapters/profile/profile.ts';
import { loginOf } from '../adapters/profile/registries-of.ts';
import type { Login } from '../adapters/registry/credentials.ts';
import type { ResultIndex } from '../adapters/results/result-index.ts';
import type { ArtifactStore } from '../adapters/store/artifact-store.ts';
import { openResults, openStore } from '../adapters/store/open-store.ts';
import type { TemporalServer } from '../adapters/temporal-connection/server-of-environment.ts';
import { openToolchain, type Toolchain } from '../adapters/toolchain/toolchain.ts';
import {
  openSharedWatchRecord,
  openWatchRecord,
  type WatchRecordFile,
  watchRecordPath,
} from '../adapters/watch-record/watch-record.ts';
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
  /** What the watch keeps: with the results where machines share those, else in the state folder. */
  readonly watchRecord: WatchRecordFile;
  /** The profile as it is now: a lab that starts after the worker writes it. Throws FND_BAD_INPUT when there is none. */
  readonly profile: () => Promise<Profile>;
  /** The server that asks: its histories are what signing goes by. */
  readonly temporal: TemporalServer;
  /** Null but in the worker that signs. */
  readonly signingIdentity: SigningIdentity | null;
  /** The file of the key that packages are signed with; null but in the worker that signs. */
  readonly packageKey: string | null;
}

/** Opens them. Throws what the toolchain throws. */
export async function openResources({
  stateDir,
  cacheDir,
  profile: named,
  store: place,
  temporal,
  signingIdentity,
  packageKey,
}: Omit<
  WorkerConfig,
  'traces' | 'queues' | 'health' | 'metrics' | 'logLevel' | 'graceSeconds'
>): Promise<Resources> {
  const path = profilePath(stateDir, {}, named);
  const profile = (): Promise<Profile> => readProfile(path);
  const login: Login = async (host) => await loginOf(await profile())(host);
  const results = openResults(place, stateDir, login);
  return {
    store: openStore(place, stateDir, login),
    results,
    tools: await openToolchain({ state: stateDir, cache: cacheDir }, process.env),
    memory: join(stateDir, 'fips-sources'),
    cursors: cursorsPath(stateDir),
    databases: join(cacheDir, 'scanner-databases'),
    packages: join(stateDir, 'published', 'apk'),
    watchRecord:
      place.kind === 'directory'
        ? openWatchRecord(watchRecordPath(stateDir))
        : openSharedWatchRecord(results),
    profile,
    temporal,
    signingIdentity,
    packageKey,
  };
}
