import type { Check } from '../../../domain/release/check.ts';
import type { StageStatus } from '../../../domain/release/status.ts';
import type { StageReport } from './report.ts';

/** Every stage with its verdict, when it began and how long it took. Parts are in the order in which the release had them. */
export function stageReports(stages: readonly StageStatus[], startedAt: string): StageReport[] {
  return stages.map(({ stage, state, attempts, startedAt: began, seconds, parts }) => ({
    stage,
    state,
    attempts,
    offset: began === null ? null : Math.max(0, (Date.parse(began) - Date.parse(startedAt)) / 1000),
    seconds,
    parts: parts.map(({ name, state: itsState, seconds: took, detail, outcome }) => ({
      name,
      state: itsState,
      seconds: took,
      detail: detail ?? '',
      counts: outcome?.counts ?? null,
      evidence:
        outcome === null
          ? null
          : {
              digest: outcome.evidence.digest,
              bytes: outcome.evidence.size,
              mediaType: outcome.evidence.mediaType,
            },
    })),
  }));
}

/** The checks that did not pass, as far as the record holds them, with the part that they are of. */
export function failedChecks(stages: readonly StageStatus[]): (Check & { part: string })[] {
  return stages.flatMap(({ stage, parts }) =>
    parts.flatMap(({ name, outcome }) =>
      (outcome?.failed ?? []).map((check) => ({ ...check, part: `${stage}: ${name}` })),
    ),
  );
}
