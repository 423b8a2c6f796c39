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
 * `inputs` must name everything that the work depends on.
 */
export async function reuseOr<T extends object>(
  { store, results, isRebuild }: Reuse,
  inputs: object,
  schema: z.ZodType<T>,
  work: () => Promise<T>,
): Promise<{ result: T; isReused: boolean }> {
  const key = sha256(canonicalJson(inputs as Parameters<typeof canonicalJson>[0]));
  if (!isRebuild) {
    const found = schema.safeParse(await results.find(key));
    if (found.success && (await areThere(store, found.data))) return { result: found.data, isReused: true };
  }
  const result = await work();
  await results.record(key, result);
  return { result, isReused: false };
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
