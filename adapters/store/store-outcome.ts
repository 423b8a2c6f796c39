import { Buffer } from 'node:buffer';
import { type Check, type StageOutcome, summarise } from '../../domain/release/check.ts';
import type { ArtifactStore } from './artifact-store.ts';

/** Puts a list of checks into the store as evidence, and returns its sums. Throws what the store throws. */
export async function storeOutcome(store: ArtifactStore, checks: readonly Check[]): Promise<StageOutcome> {
  const evidence = await store.put(
    Buffer.from(JSON.stringify({ schemaVersion: 1, checks })),
    'application/json',
  );
  return { ...summarise(checks), evidence };
}
