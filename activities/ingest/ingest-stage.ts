import { storeOutcome } from '../../adapters/store/store-outcome.ts';
import type { Artifact } from '../../domain/artifact.ts';
import type { StageOutcome } from '../../domain/release/check.ts';
import { readPlan } from '../plan/read-plan.ts';
import { createIngestActivities } from './ingest-activities.ts';
import type { IngestCheck, IngestDependencies } from './ingest-context.ts';

/** Stage 1 of a release. */
export interface IngestStage {
  /** Brings every byte of a plan's lock into the store and verifies it. Throws what `ingestPinned` throws: refusing is not a verdict. */
  readonly ingest: (order: { readonly plan: Artifact }) => Promise<StageOutcome>;
}

const TITLES: Readonly<Record<IngestCheck['step'], string>> = {
  'base-image': 'the base image has its pinned digest and its signature',
  'repository-key': 'the repository key is the pinned one',
  'package-index': 'the package indexes are signed by that key',
  packages: 'every package is signed and has its checksums',
  sources: 'both sources have their digests and signatures',
  'fips-source': 'the provider’s source is the one that an active certificate covers',
};

/** The activity with what it works on. */
export function createIngestStage(dependencies: IngestDependencies): IngestStage {
  const { ingestPinned } = createIngestActivities(dependencies);
  const { store } = dependencies;
  return {
    async ingest(order) {
      const { texts } = await readPlan(store, order.plan);
      const { checks } = await ingestPinned(texts);
      return await storeOutcome(
        store,
        checks.map(({ step, verdict, detail }) => ({
          id: `INGEST-${step.toUpperCase()}`,
          title: TITLES[step],
          verdict,
          detail,
        })),
      );
    },
  };
}
