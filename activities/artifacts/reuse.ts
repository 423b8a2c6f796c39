import type { z } from 'zod';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import type { ResultIndex } from '../../adapters/results/result-index.ts';
import { Artifact } from '../../domain/artifact.ts';
import { type Sha256, sha256 } from '../../domain/digest.ts';
import { canonicalJson } from '../../domain/pins/canonical-json.ts';

/** What looks for results of equal inputs. */
export interface Reuse {
  readonly store: ArtifactStore;
  readonly results: ResultIndex;
  /** Does the work again, whatever there is. */
  readonly isRebuild: boolean;
}

/** The day, in UTC, that is an input of what stands for a day. */
export function dayOf(now: Date): string {
  return now.toISOString().slice(0, 10);
}

/**
 * The result of equal inputs when all its artifacts are still in the store, else that of doing the work, which is kept (contract 8).
 * What `schema` does not take is no result to use again: it says whether one that failed, or could not be judged, stands. `inputs` must
 * name everything that the work depends on.
 */
export async function reuseOr<T extends object>(
  { store, results, isRebuild }: Reuse,
  inputs: object,
  schema: z.ZodType<T>,
  work: () => Promise<T>,
): Promise<{ result: T; isReused: boolean }> {
  const found = isRebuild ? undefined : await findReusable({ store, results }, inputs, schema);
  if (found !== undefined) return { result: found, isReused: true };
  const result = await work();
  await results.record(keyOfInputs(inputs), result);
  return { result, isReused: false };
}

/** The result of equal inputs, if there is one and all its artifacts are still in the store. */
export async function findReusable<T extends object>(
  { store, results }: Omit<Reuse, 'isRebuild'>,
  inputs: object,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  const found = schema.safeParse(await results.find(keyOfInputs(inputs)));
  return found.success && (await areThere(store, found.data)) ? found.data : undefined;
}

/** What the result of these inputs is found by. */
export function keyOfInputs(inputs: object): Sha256 {
  return sha256(canonicalJson(inputs as Parameters<typeof canonicalJson>[0]));
}

async function areThere(store: ArtifactStore, result: unknown): Promise<boolean> {
  for (const digest of artifactsIn(result)) if (!(await store.has(digest))) return false;
  return true;
}

function artifactsIn(value: unknown): Sha256[] {
  const artifact = Artifact.safeParse(value);
  if (artifact.success) return [artifact.data.digest];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(artifactsIn) : [];
}
