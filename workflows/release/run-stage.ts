import { isCancellation } from '@temporalio/workflow';
import { isFinal } from '../../domain/release/problem.ts';
import type { Stage } from '../../domain/release/stage.ts';
import type { Operator } from './operator.ts';
import { problemOf } from './problem-of.ts';
import type { ReleaseRun } from './release-run.ts';

/** Who and what a stage runs under. */
export interface StageContext {
  readonly run: ReleaseRun;
  readonly operator: Operator;
  /** How long it waits for an operator, in milliseconds. */
  readonly waitMs: number;
}

/**
 * Runs a stage. What fails for good waits for an operator, who may mend what is outside and retry; a verdict or a refusal does not
 * wait, because the same commit cannot become better. Throws what ended the stage.
 */
export async function runStage<T>(
  { run, operator, waitMs }: StageContext,
  stage: Stage,
  work: () => Promise<T>,
): Promise<T> {
  for (;;) {
    run.begin(stage);
    try {
      const result = await work();
      run.end(stage, 'pass');
      return result;
    } catch (error) {
      const problem = problemOf(error);
      if (isCancellation(error) || isFinal(problem.code)) throw error;
      run.wait(stage, problem, Date.now() + waitMs);
      if ((await operator.retry(waitMs)) === undefined) throw error;
    }
  }
}
