import {
  type CancellationScope,
  condition,
  defineQuery,
  defineUpdate,
  setHandler,
} from '@temporalio/workflow';
import {
  ABORT_UPDATE,
  APPROVE_UPDATE,
  Decision,
  RETRY_UPDATE,
  STATUS_QUERY,
} from '../../domain/release/contract.ts';
import { APPROVAL_PROBLEM } from '../../domain/release/problem.ts';
import type { ReleaseStatus } from '../../domain/release/status.ts';
import type { ReleaseRun } from './release-run.ts';

const statusQuery = defineQuery<ReleaseStatus>(STATUS_QUERY);
const retryUpdate = defineUpdate<void, [Decision]>(RETRY_UPDATE);
const approveUpdate = defineUpdate<void, [Decision]>(APPROVE_UPDATE);
const abortUpdate = defineUpdate<void, [Decision]>(ABORT_UPDATE);

/** What an operator has said to a release. */
export class Operator {
  #retry: Decision | undefined;
  #approval: Decision | undefined;
  #abort: Decision | undefined;
  #isMissed = false;

  /** Listens from now on. An abort also ends the work that is under way. */
  constructor(run: ReleaseRun, work: CancellationScope) {
    setHandler(statusQuery, () => run.status);
    setHandler(
      retryUpdate,
      (decision) => {
        this.#retry = decision;
      },
      { validator: (decision) => requireWaiting(run.status, decision) },
    );
    setHandler(
      approveUpdate,
      (decision) => {
        this.#approval = decision;
      },
      { validator: (decision) => requireUndecided(run.status, decision) },
    );
    setHandler(
      abortUpdate,
      (decision) => {
        this.#abort = decision;
        work.cancel();
      },
      { validator: (decision) => requireGoing(run.status, decision) },
    );
  }

  /** The decision to abort, if there is one. */
  get abort(): Decision | undefined {
    return this.#abort;
  }

  /** Whether one was waited for in vain. */
  get isMissed(): boolean {
    return this.#isMissed;
  }

  /** Waits for the decision to retry. Returns undefined when none came in time; on an abort the work is cancelled, and this throws. */
  async retry(milliseconds: number): Promise<Decision | undefined> {
    this.#retry = undefined;
    this.#isMissed = !(await condition(() => this.#retry !== undefined, milliseconds));
    return this.#retry;
  }

  /** Waits for somebody's approval, as `retry` does. An approval counts for the whole release: given once, it is not asked for again. */
  async approval(milliseconds: number): Promise<Decision | undefined> {
    this.#isMissed = !(await condition(() => this.#approval !== undefined, milliseconds));
    return this.#approval;
  }
}

function requireWaiting({ state, waiting }: ReleaseStatus, decision: Decision): void {
  Decision.parse(decision);
  if (state !== 'waiting') throw new Error(`the release does not wait for a decision: it is ${state}`);
  if (waiting?.problem.code === APPROVAL_PROBLEM) throw new Error('nothing failed: it waits for an approval');
}

function requireUndecided({ state, waiting }: ReleaseStatus, decision: Decision): void {
  Decision.parse(decision);
  if (waiting?.problem.code !== APPROVAL_PROBLEM)
    throw new Error(`the release does not wait for an approval: it is ${state}`);
}

function requireGoing({ state }: ReleaseStatus, decision: Decision): void {
  Decision.parse(decision);
  if (state !== 'running' && state !== 'waiting') throw new Error(`the release is ${state} already`);
}
