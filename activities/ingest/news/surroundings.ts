import type { Lock } from '../../../domain/pins/lock.ts';
import type { Patience } from '../../../domain/ingest/decide.ts';
import { durationMs } from '../../../domain/pins/values.ts';
import type { Versions } from '../../../domain/pins/versions.ts';
import { newestBase } from '../base-image.ts';
import type { IngestRun } from '../ingest-context.ts';
import { bringIndexes, type Indexes } from '../package-index.ts';
import { bringRepositoryKey, type RepositoryKey } from '../repository-key.ts';
import { type Admission, createAdmission } from './admission.ts';
import { type Advice, bringAdvice } from './advice.ts';
import { type BaseDecision, decideOnBase } from './base-news.ts';
import { type CoreDecision, decideOnCore } from './core-news.ts';
import { openBase, type OpenedBase } from './opened-base.ts';
import { type NewestBuilds, requireNotOlder } from './rollback.ts';

/** What the upstreams have, as far as it can be known before packages and sources are fetched, and what policy says to it. */
export interface Surroundings {
  /** The pins that are gone on from. */
  readonly before: Versions;
  readonly known: Lock | undefined;
  readonly advice: Advice;
  readonly patience: Patience;
  readonly admission: Admission;
  /** The newest base image, verified; it is among what was brought. */
  readonly newestBase: OpenedBase;
  readonly onBase: BaseDecision;
  readonly key: RepositoryKey;
  readonly indexes: Indexes;
  readonly builds: NewestBuilds;
  readonly onCore: CoreDecision;
}

/** What to look from. */
export interface Standpoint {
  readonly before: Versions;
  readonly known: Lock | undefined;
  /** What was seen of the package indexes before. */
  readonly seen: NewestBuilds;
}

/** Looks at all upstreams, in the order of contract 2. Throws what its steps throw; FND_ROLLED_BACK. */
export async function lookAround(run: IngestRun, { before, known, seen }: Standpoint): Promise<Surroundings> {
  const advice = await bringAdvice(run, before);
  const patience = { cooldownMs: durationMs(before.policy.ingest.cooldown), now: run.now() };
  const admission = createAdmission(advice.feed, patience);
  const newest = await openBase(run, before, await newestBase(run, before.base), known);
  const { image, packages, keys } = newest;
  const key = await bringRepositoryKey(run, before.repository, keys);
  const indexes = await bringIndexes(run, before, key.ring);
  return {
    before,
    known,
    advice,
    patience,
    admission,
    newestBase: newest,
    key,
    indexes,
    onBase: decideOnBase({ versions: before, image, packages }, admission, patience),
    builds: requireNotOlder(before, indexes, { seen, now: run.now() }),
    onCore: decideOnCore(before, advice, patience),
  };
}
