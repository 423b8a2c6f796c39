import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOnThisMachine } from '../../../activities/ingest/image-files.ts';
import {
  createIngestActivities,
  type IngestActivities,
} from '../../../activities/ingest/ingest-activities.ts';
import { download } from '../../../adapters/download/download.ts';
import { cloneBranch } from '../../../adapters/git/checkout.ts';
import { fipsFingerprintOfTarball } from '../../../adapters/openssl-source/measure-tarball.ts';
import { rememberingFingerprints } from '../../../adapters/openssl-source/remember-fingerprint.ts';
import { runTool } from '../../../adapters/process/run-tool.ts';
import {
  type Profile,
  readForgeToken,
  readProfile,
  readTrustedRoot,
} from '../../../adapters/profile/profile.ts';
import { createRegistry } from '../../../adapters/registry/registry.ts';
import type { ArtifactStore } from '../../../adapters/store/artifact-store.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import { type IngestOutcome, runIngest } from '../../../client/ingest/run-ingest.ts';
import { startTestLab, type TestLab } from '../../lab/running-lab.ts';

const PROFILE = 'profile.hcl';

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
    profile: await readProfile(join(lab.directories.state, PROFILE)),
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
    profile: join(lab.directories.state, PROFILE),
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
  { profile, lab }: IngestLab,
  store: ArtifactStore,
  { isOffline = false } = {},
): Promise<IngestActivities> {
  const offline = (): Promise<never> => Promise.reject(new Error('offline'));
  return createIngestActivities({
    store,
    trustedRoot: await readTrustedRoot(profile),
    openRegistry(host) {
      const registry = createRegistry({ host, plainHttp: isOnThisMachine(host) });
      return isOffline ? { ...registry, getManifest: offline, openBlob: offline } : registry;
    },
    download: isOffline ? offline : download,
    measureFipsSources: rememberingFingerprints(
      join(lab.directories.state, 'fips-sources'),
      fipsFingerprintOfTarball,
    ),
    now: () => new Date(),
    report: () => undefined,
  });
}

/** What stands in the forge now. */
export async function pinsOf({ profile, folder }: IngestLab): Promise<CommittedPins> {
  const token = await readForgeToken(profile);
  const { repository: url, branch } = profile.forge;
  const checkout = await cloneBranch(
    { url, branch, ...(token === undefined ? {} : { token }) },
    await mkdtemp(join(folder, 'clone-')),
  );
  return {
    versions: (await checkout.read('versions.hcl')) ?? '',
    lock: (await checkout.read('versions.lock.json')) ?? '',
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
