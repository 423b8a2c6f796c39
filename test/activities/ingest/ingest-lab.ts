import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createIngestActivities,
  type IngestActivities,
} from '../../../activities/ingest/ingest-activities.ts';
import type { IngestDependencies } from '../../../activities/ingest/ingest-context.ts';
import { ingestDependencies } from '../../../activities/ingest/ingest-dependencies.ts';
import { cloneBranch } from '../../../adapters/git/checkout.ts';
import { runTool } from '../../../adapters/process/run-tool.ts';
import { forgeOf } from '../../../adapters/profile/forge-of.ts';
import { PROFILE_FILE } from '../../../adapters/profile/profile-path.ts';
import { type Profile, readProfile } from '../../../adapters/profile/profile.ts';
import type { ArtifactStore } from '../../../adapters/store/artifact-store.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import type { Artifact } from '../../../domain/artifact.ts';
import { type IngestOutcome, runIngest } from '../../../client/ingest/run-ingest.ts';
import { LOCK_FILE, VERSIONS_FILE } from '../../../domain/pins/pin-files.ts';
import { readVersions } from '../../../domain/pins/read-versions.ts';
import type { ReleasePlan } from '../../../domain/release/plan.ts';
import { startTestLab, type TestLab } from '../../lab/running-lab.ts';

/** What a commit of the lab's forge holds. */
export interface CommittedPins {
  readonly versions: string;
  readonly lock: string;
  readonly commit: string;
}

/** A lab with all that ingest needs of it. */
export interface IngestLab {
  readonly lab: TestLab;
  /** A folder of the test's own. */
  readonly folder: string;
  readonly profile: Profile;
}

/** Starts a lab for tests of ingest. */
export async function startIngestLab(): Promise<IngestLab> {
  const lab = await startTestLab();
  return {
    lab,
    folder: await mkdtemp(join(tmpdir(), 'foundry-ingest-')),
    profile: await readProfile(join(lab.directories.state, PROFILE_FILE)),
  };
}

/** Stops the lab and removes the folder. */
export async function stopIngestLab({ lab, folder }: IngestLab): Promise<void> {
  await lab.dispose();
  await rm(folder, { recursive: true });
}

/** Runs `foundry ingest`. */
export function ingest({ lab }: IngestLab, { isDryRun = false } = {}): Promise<IngestOutcome> {
  return runIngest({
    profile: join(lab.directories.state, PROFILE_FILE),
    stateFolder: lab.directories.state,
    isDryRun,
    report: () => undefined,
    signal: new AbortController().signal,
  });
}

/** The store of the lab's state. */
export function storeOf({ lab }: IngestLab): ArtifactStore {
  return openDirectoryStore(join(lab.directories.state, 'store'));
}

/** The activities of ingest over a store; offline, no server answers. */
export async function activitiesOf(
  here: IngestLab,
  store: ArtifactStore,
  options: { isOffline?: boolean } = {},
): Promise<IngestActivities> {
  return createIngestActivities(await dependenciesOf(here, store, options));
}

/** What the activities of ingest need, over a store; offline, no server answers. */
export async function dependenciesOf(
  { profile, lab }: IngestLab,
  store: ArtifactStore,
  { isOffline = false } = {},
): Promise<IngestDependencies> {
  const offline = (): Promise<never> => Promise.reject(new Error('offline'));
  const dependencies = await ingestDependencies({
    store,
    memory: join(lab.directories.state, 'fips-sources'),
    profile,
    report: () => undefined,
    signal: new AbortController().signal,
  });
  if (!isOffline) return dependencies;
  return {
    ...dependencies,
    openRegistry: (host) => ({
      ...dependencies.openRegistry(host),
      getManifest: offline,
      openBlob: offline,
    }),
    download: offline,
  };
}

/** What stands in the forge now. */
export async function pinsOf({ profile, folder }: IngestLab): Promise<CommittedPins> {
  const checkout = await cloneBranch(await forgeOf(profile), await mkdtemp(join(folder, 'clone-')));
  return {
    versions: (await checkout.read(VERSIONS_FILE)) ?? '',
    lock: (await checkout.read(LOCK_FILE)) ?? '',
    commit: await checkout.head(),
  };
}

/** What apko locks for these roots, as name and version. */
export async function apkoClosure({ lab, folder }: IngestLab, roots: readonly string[]): Promise<string[]> {
  const { url } = lab.now();
  const contents = {
    repositories: [`${url}/os`],
    keyring: [`${url}/os/wolfi-signing.rsa.pub`],
    packages: roots,
  };
  await writeFile(join(folder, 'image.yaml'), JSON.stringify({ contents, archs: ['x86_64'] }));
  await runTool({ tool: 'apko', file: lab.tools.path('apko'), args: ['lock', 'image.yaml'], cwd: folder });
  const lock = JSON.parse(await readFile(join(folder, 'image.lock.json'), 'utf8')) as {
    contents: { packages: { name: string; version: string }[] };
  };
  return lock.contents.packages.map(({ name, version }) => `${name} ${version}`).toSorted();
}

/** A plan of these pins alone, in a store. */
export async function planOf(
  store: ArtifactStore,
  { versions, lock, commit }: CommittedPins,
): Promise<Artifact> {
  const put = (text: string): Promise<Artifact> => store.put(Buffer.from(text), 'application/octet-stream');
  const plan: ReleasePlan = {
    schemaVersion: 1,
    version: readVersions(versions, VERSIONS_FILE).core.version,
    commit,
    revision: commit,
    source: 'https://git.example.com/openssl-fips.git',
    epoch: 1_780_000_000,
    files: { [VERSIONS_FILE]: await put(versions), [LOCK_FILE]: await put(lock) },
  };
  return await put(JSON.stringify(plan));
}
