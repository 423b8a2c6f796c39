import { upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import type { PublishedPins } from '../../activities/ingest/publish/publish-proposal.ts';
import type { IngestPlan } from '../../domain/ingest/plan.ts';
import { OUTCOME_KEY } from '../../domain/ingest/search-attributes.ts';
import type { IngestStatus } from '../../domain/ingest/status.ts';
import { STATUS_MEMO } from '../../domain/release/contract.ts';
import type { Problem } from '../../domain/release/status.ts';

type Outcome = NonNullable<IngestStatus['outcome']>;

/** What one run of ingest has come to: in the memo when it begins, when its pins are out, and when it ends. */
export class IngestRun {
  #status: IngestStatus = {
    schemaVersion: 1,
    startedAt: now(),
    endedAt: null,
    outcome: null,
    commit: null,
    pullRequest: null,
    news: [],
    bumps: [],
    waiting: [],
    alarms: [],
    problem: null,
  };

  constructor() {
    this.#publish();
  }

  /** Says what has changed upstream, and which commit is gone on from. */
  polled(commit: string, news: readonly string[]): void {
    this.#status = { ...this.#status, commit, news: [...news] };
  }

  /** Says what follows from it. */
  planned({ bumps, waiting, alarms }: IngestPlan): void {
    this.#status = { ...this.#status, bumps, waiting, alarms };
  }

  /** Says where the new pins are. */
  published({ commit, pullRequest }: PublishedPins): void {
    const outcome = pullRequest === null ? 'committed' : 'proposed';
    this.#status = { ...this.#status, outcome, commit, pullRequest };
    this.#publish();
  }

  /** Ends the run. Pins that are out stay what it came to, whatever went wrong after that. */
  end(outcome: Outcome, problem: Problem | null = null): IngestStatus {
    const came = this.#status.outcome ?? outcome;
    this.#status = { ...this.#status, endedAt: now(), outcome: came, problem };
    upsertSearchAttributes([{ key: OUTCOME_KEY, value: came }]);
    this.#publish();
    return this.#status;
  }

  /** Ends it by a problem that is no outcome: the workflow fails with it. */
  broke(problem: Problem): void {
    this.#status = { ...this.#status, endedAt: now(), problem };
    this.#publish();
  }

  #publish(): void {
    upsertMemo({ [STATUS_MEMO]: this.#status });
  }
}

function now(): string {
  return new Date().toISOString();
}
