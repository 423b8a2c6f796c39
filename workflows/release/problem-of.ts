import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  isCancellation,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { StageOutcome } from '../../domain/release/check.ts';
import { VERDICT_PROBLEM } from '../../domain/release/problem.ts';
import type { Problem } from '../../domain/release/status.ts';

/** The code of a problem that is no error of ours: nothing came of it in the time that it had. */
export const TIMEOUT_PROBLEM = 'timeout';

/** What failures carry in their details: small, because the server cuts large failures off. */
interface FailureDetail {
  readonly hint: string | null;
  readonly check: string | null;
}

/** Throws unless the outcome passed: nothing that was not run counts as passed. */
export function requirePass(outcome: StageOutcome): StageOutcome {
  if (outcome.verdict === 'pass') return outcome;
  const [first] = outcome.failed;
  const { counts } = outcome;
  const message =
    first === undefined
      ? 'no check was run'
      : `${first.id} ${first.verdict}: ${first.title}: ${first.detail} (${counts.fail} failed, ${counts['not-run']} not run, ${counts.pass} passed)`;
  const code = outcome.verdict === 'fail' ? VERDICT_PROBLEM : 'not-run';
  throw failureOf({ code, message, hint: null, check: first?.id ?? null });
}

/** Why something failed, in our words: of an activity or a child, what lies under it. */
export function problemOf(error: unknown): Problem {
  if (isCancellation(error)) return problem('cancelled', 'it was cancelled');
  if (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure)
    return problemOf(error.cause);
  if (error instanceof TimeoutFailure) {
    return problem(
      TIMEOUT_PROBLEM,
      `${error.message} (${error.timeoutType})`,
      'See whether a worker for it is up.',
    );
  }
  if (error instanceof ApplicationFailure) {
    const [detail] = (error.details ?? []) as (Partial<FailureDetail> | undefined)[];
    return {
      code: error.type ?? 'unexpected',
      message: error.message,
      hint: detail?.hint ?? null,
      check: detail?.check ?? null,
    };
  }
  return problem('unexpected', error instanceof Error ? error.message : String(error));
}

/** A problem as a failure that no retry can mend; a child hands it to its parent. */
export function failureOf({ code, message, hint, check }: Problem): ApplicationFailure {
  const detail: FailureDetail = { hint, check };
  return ApplicationFailure.create({ message, type: code, nonRetryable: true, details: [detail] });
}

function problem(code: string, message: string, hint: string | null = null): Problem {
  return { code, message, hint, check: null };
}
