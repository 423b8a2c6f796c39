import { createMemory, frozen, type Memory } from '../../adapters/memory/memory.ts';
import { readText } from '../../adapters/store/read-bytes.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import type { Artifact } from '../../domain/artifact.ts';
import { FoundryError } from '../../domain/errors.ts';
import { type Lock, readLock } from '../../domain/pins/lock.ts';
import { type PinnedVersions, requirePins } from '../../domain/pins/open-pins.ts';
import { LOCK_FILE, VERSIONS_FILE } from '../../domain/pins/pin-files.ts';
import { readVersions } from '../../domain/pins/read-versions.ts';
import { ReleasePlan } from '../../domain/release/plan.ts';

/** A plan with its pins and its lock read. */
export interface ReadPlan {
  readonly plan: ReleasePlan;
  readonly versions: PinnedVersions;
  readonly lock: Lock;
  /** The texts that pins and lock were read from. */
  readonly texts: { readonly versions: string; readonly lock: string };
}

/**
 * Reads a plan from the store; every activity of a release does, so a process reads it once. Throws FND_ARTIFACT_MISSING,
 * FND_DIGEST_MISMATCH, FND_BAD_DATA, and what reading pins throws.
 */
export async function readPlan(store: ArtifactStore, artifact: Artifact): Promise<ReadPlan> {
  const known = plans.get(store) ?? createMemory<Promise<ReadPlan>>(4);
  plans.set(store, known);
  return await known(artifact.digest, async () => frozen(await readAnew(store, artifact)));
}

const plans = new WeakMap<ArtifactStore, Memory<Promise<ReadPlan>>>();

async function readAnew(store: ArtifactStore, artifact: Artifact): Promise<ReadPlan> {
  const plan = ReleasePlan.parse(JSON.parse(await readText(store, artifact)));
  const texts = {
    versions: await readText(store, fileOf(plan, VERSIONS_FILE)),
    lock: await readText(store, fileOf(plan, LOCK_FILE)),
  };
  return {
    plan,
    versions: requirePins(readVersions(texts.versions, VERSIONS_FILE), VERSIONS_FILE),
    lock: readLock(texts.lock, LOCK_FILE),
    texts,
  };
}

function fileOf(plan: ReleasePlan, path: string): Artifact {
  const file = plan.files[path];
  if (file === undefined) throw new FoundryError('FND_BAD_DATA', `the plan of ${plan.commit} has no ${path}`);
  return file;
}
