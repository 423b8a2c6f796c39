import {
  affectedRange,
  compareReleases,
  lineOf,
  type OpensslAdvisory,
} from '../../../adapters/openssl-advisories/advisories.ts';
import { decide, oldEnoughAt, type Patience } from '../../../domain/ingest/decide.ts';
import type { Waiting } from '../../../domain/ingest/plan.ts';
import type { Versions } from '../../../domain/pins/versions.ts';
import type { Advice } from './advice.ts';
import { type CoreCandidate, coreBump } from './bumps.ts';

/** What becomes of the releases of the core's line. */
export interface CoreDecision {
  readonly taken: CoreCandidate | null;
  readonly waiting: Waiting | null;
}

/** Decides on the releases of the core: only those of its line, and only newer ones. */
export function decideOnCore(versions: Versions, advice: Advice, patience: Patience): CoreDecision {
  const { core } = versions;
  const candidates = advice.releases
    .filter(({ version }) => lineOf(version) === core.line && compareReleases(version, core.version) > 0)
    .toSorted((a, b) => compareReleases(a.version, b.version))
    .map((release) => ({
      release,
      since: release.published,
      fixes: fixesOf(advice.advisories, core.version, release.version),
    }));
  const { admitted, waiting } = decide(candidates, patience);
  return {
    taken: admitted.at(-1) ?? null,
    waiting:
      waiting === undefined
        ? null
        : {
            bump: coreBump(versions, waiting),
            why: 'cooldown',
            until: oldEnoughAt(waiting, patience)?.toISOString() ?? null,
            detail: 'it fixes nothing that is not taken, and is younger than the cooldown of the policy',
          },
  };
}

/** The CVEs that affect one version and not another. */
function fixesOf(advisories: readonly OpensslAdvisory[], from: string, to: string): string[] {
  return advisories
    .filter(
      (advisory) => affectedRange(advisory, from) !== undefined && affectedRange(advisory, to) === undefined,
    )
    .map(({ cve }) => cve)
    .toSorted();
}
