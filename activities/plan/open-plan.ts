import { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { withTemporaryDirectory } from '../../adapters/files/write-atomic.ts';
import { cloneCommit, type CommittedFiles, type Remote } from '../../adapters/git/checkout.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import type { Artifact } from '../../domain/artifact.ts';
import { FoundryError } from '../../domain/errors.ts';
import { readLock } from '../../domain/pins/lock.ts';
import { requireLockOf } from '../../domain/pins/lock-fit.ts';
import { requirePins } from '../../domain/pins/open-pins.ts';
import { LOCK_FILE, VERSIONS_FILE } from '../../domain/pins/pin-files.ts';
import { readVersions } from '../../domain/pins/read-versions.ts';
import { durationMs } from '../../domain/pins/values.ts';
import { type OpenedPlan, ReleaseInput, type ReleasePlan } from '../../domain/release/plan.ts';
import { isDependencyFile, isInfrastructure, MAKES_IMAGES } from './plan-files.ts';

/** What opening a plan needs from whoever runs it. */
export interface PlanDependencies {
  readonly store: ArtifactStore;
  /** The forge that commits are taken from. */
  readonly forge: Remote;
}

/** What comes before the stages: which files a release goes by. */
export interface PlanActivities {
  /**
   * Puts the files of a commit that count into the store, and a plan that names them. Throws FND_BAD_INPUT when the commit is not on
   * the branch, has no pins, or pins another version than was asked for; FND_BAD_PINS, FND_UNPINNED, FND_STALE_LOCK, FND_BAD_DATA;
   * FND_UNREACHABLE for the forge.
   */
  readonly openPlan: (input: ReleaseInput) => Promise<OpenedPlan>;
}

/** The activity with what it works on. */
export function createPlanActivities({ store, forge }: PlanDependencies): PlanActivities {
  return {
    openPlan: (input) =>
      withTemporaryDirectory(async (folder) => {
        const { version, commit } = ReleaseInput.parse(input);
        return await openPlan(
          store,
          forge.url,
          { version, commit },
          await cloneCommit(forge, commit, folder),
        );
      }),
  };
}

async function openPlan(
  store: ArtifactStore,
  source: string,
  { version, commit }: Pick<ReleaseInput, 'version' | 'commit'>,
  committed: CommittedFiles,
): Promise<OpenedPlan> {
  const counting = (await committed.list()).filter(({ path }) => counts(path));
  const link = counting.find(({ isLink }) => isLink);
  if (link !== undefined)
    throw new FoundryError(
      'FND_BAD_INPUT',
      `${link.path} of ${commit} is a link, and leads out of the commit`,
    );
  const paths = counting.map(({ path }) => path);
  const versions = requirePins(
    readVersions(await textOf(committed, paths, VERSIONS_FILE), VERSIONS_FILE),
    VERSIONS_FILE,
  );
  requireLockOf(versions, readLock(await textOf(committed, paths, LOCK_FILE), LOCK_FILE), LOCK_FILE);
  if (versions.core.version !== version) {
    throw new FoundryError(
      'FND_BAD_INPUT',
      `${commit} pins OpenSSL ${versions.core.version}, not ${version}`,
    );
  }
  const files: Record<string, Artifact> = {};
  for (const path of paths) {
    files[path] = await store.put(await readFile(committed.pathOf(path)), 'application/octet-stream');
  }
  const { commit: revision, epoch } = await committed.lastChange(MAKES_IMAGES);
  const plan: ReleasePlan = { schemaVersion: 1, version, commit, source, revision, epoch, files };
  return {
    plan: await store.put(Buffer.from(JSON.stringify(plan)), 'application/json'),
    variants: versions.variants,
    platforms: versions.platforms,
    operatorWaitMs: durationMs(versions.policy.operator.wait),
    needsApproval: versions.policy.publish.approval,
  };
}

function counts(path: string): boolean {
  return path === VERSIONS_FILE || path === LOCK_FILE || isInfrastructure(path) || isDependencyFile(path);
}

async function textOf(committed: CommittedFiles, paths: readonly string[], path: string): Promise<string> {
  if (paths.includes(path)) return readFile(committed.pathOf(path), 'utf8');
  throw new FoundryError('FND_BAD_INPUT', `the commit has no ${path}`, {
    hint: 'Run `./foundry ingest`: it writes and commits the pins and the lock.',
  });
}
