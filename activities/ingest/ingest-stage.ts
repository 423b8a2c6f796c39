import type { ResultIndex } from '../../adapters/results/result-index.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { isWhole } from '../../adapters/store/is-whole.ts';
import { storeOutcome } from '../../adapters/store/store-outcome.ts';
import type { Artifact } from '../../domain/artifact.ts';
import type { Lock } from '../../domain/pins/lock.ts';
import { sha256 } from '../../domain/digest.ts';
import { type StageOutcome, WholeOutcome } from '../../domain/release/check.ts';
import { concurrently } from '../concurrently.ts';
import { dayOf, reuseOr } from '../artifacts/reuse.ts';
import { sourcesDigest } from '../artifacts/sources-digest.ts';
import { type ReadPlan, readPlan } from '../plan/read-plan.ts';
import { createIngestActivities } from './ingest-activities.ts';
import type { IngestCheck, IngestDependencies } from './ingest-context.ts';

/** Stage 1 of a release. */
export interface IngestStage {
  /**
   * Brings every byte of a plan's lock into the store and verifies it. What was verified of equal pins on the same day, by the same rules
   * and root of trust, stands while the store still has exactly those bytes, unless everything is to be done anew. Throws what
   * `ingestPinned` throws: refusing is not a verdict.
   */
  readonly ingest: (order: IngestOrder) => Promise<StageOutcome>;
}

interface IngestOrder {
  readonly plan: Artifact;
  readonly isRebuild: boolean;
}

/** What the stage needs from whoever runs it. */
export interface IngestStageDependencies extends IngestDependencies {
  readonly results: ResultIndex;
}

/** Our own part of ingest. */
const SOURCES = [
  'activities/ingest',
  'adapters/apk',
  'adapters/openssl-source',
  'adapters/sigstore',
  'domain/pins',
];
const READ_AT_ONCE = 4;

const TITLES: Readonly<Record<IngestCheck['step'], string>> = {
  'base-image': 'the base image has its pinned digest and its signature',
  'repository-key': 'the repository key is the pinned one',
  'package-index': 'the package indexes are signed by that key',
  packages: 'every package is signed and has its checksums',
  sources: 'both sources have their digests and signatures',
  'fips-source': 'the provider’s source is the one that an active certificate covers',
};

/** The activity with what it works on. */
export function createIngestStage(dependencies: IngestStageDependencies): IngestStage {
  const { store, results, trustedRoot } = dependencies;
  return {
    async ingest({ plan, isRebuild }) {
      const { texts, lock } = await readPlan(store, plan);
      const inputs = {
        format: 1,
        texts,
        trustedRoot: sha256(JSON.stringify(trustedRoot)),
        day: dayOf(dependencies.now()),
        rules: await sourcesDigest(...SOURCES),
      };
      const isAnew = isRebuild || !(await isAllWhole(store, lock));
      const reuse = { store, results, isRebuild: isAnew };
      return (await reuseOr<StageOutcome>(reuse, inputs, WholeOutcome, () => verifyAll(dependencies, texts)))
        .result;
    },
  };
}

async function isAllWhole(store: ArtifactStore, lock: Lock): Promise<boolean> {
  let areWhole = true;
  await concurrently(lock.files, READ_AT_ONCE, async (file) => {
    if (!(await isWhole(store, file.sha256))) areWhole = false;
  });
  return areWhole;
}

async function verifyAll(dependencies: IngestDependencies, texts: ReadPlan['texts']): Promise<StageOutcome> {
  const { checks } = await createIngestActivities(dependencies).ingestPinned(texts);
  return await storeOutcome(
    dependencies.store,
    checks.map(({ step, verdict, detail }) => ({
      id: `INGEST-${step.toUpperCase()}`,
      title: TITLES[step],
      verdict,
      detail,
    })),
  );
}
