import type { WorkflowExecutionInfo } from '@temporalio/client';
import { STATUS_MEMO } from '../../domain/release/contract.ts';
import { COMMIT_KEY, VERSION_KEY } from '../../domain/release/search-attributes.ts';
import type { Stage } from '../../domain/release/stage.ts';
import { ReleaseStatus } from '../../domain/release/status.ts';

/**
 * Where a release is, seen from outside: as it says itself, or
 * `queued`: it was asked for and no worker has taken it up;
 * `stopped`: somebody ended the workflow from outside, so nothing was taken back;
 * `unreadable`: it has no record that this foundry can read, so nothing is known of how it ended.
 */
export type ReleaseState = ReleaseStatus['state'] | 'queued' | 'stopped' | 'unreadable';

/** A release as its workflow shows it with no worker up. */
export interface ReleaseEntry {
  /** Of the workflow: the same for every run of the same release. */
  readonly id: string;
  readonly runId: string;
  readonly version: string;
  readonly commit: string;
  readonly state: ReleaseState;
  /** The stage that was begun last. */
  readonly stage: Stage | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** From its start to its end, or to now. */
  readonly seconds: number;
  /** All that is known of it; at its end the record. */
  readonly status: ReleaseStatus | null;
}

/** What Temporal tells of a workflow, as much as is read of it. */
export type Execution = Pick<
  WorkflowExecutionInfo,
  'workflowId' | 'runId' | 'status' | 'startTime' | 'closeTime' | 'memo' | 'typedSearchAttributes'
>;

/** A release from its workflow. `now` is what the seconds of one that runs are counted to. */
export function entryOf(execution: Execution, now: Date): ReleaseEntry {
  const { workflowId, runId, startTime, closeTime, typedSearchAttributes } = execution;
  const memo = execution.memo?.[STATUS_MEMO];
  const parsed = ReleaseStatus.safeParse(memo);
  const status = parsed.success ? parsed.data : null;
  return {
    id: workflowId,
    runId,
    version: status?.version ?? typedSearchAttributes.get(VERSION_KEY) ?? '?',
    commit: status?.commit ?? typedSearchAttributes.get(COMMIT_KEY) ?? '?',
    state: stateOf(execution, status, memo !== undefined),
    stage: status?.stages.findLast(({ state }) => state !== 'pending')?.stage ?? null,
    startedAt: startTime.toISOString(),
    endedAt: closeTime?.toISOString() ?? null,
    seconds: ((closeTime ?? now).getTime() - startTime.getTime()) / 1000,
    status,
  };
}

/** Whether the workflow of a release still runs. */
export function isOpen({ endedAt }: ReleaseEntry): boolean {
  return endedAt === null;
}

/** What the record says counts only where the workflow ended the way such a record ends. */
function stateOf(
  { status: { name } }: Execution,
  status: ReleaseStatus | null,
  hasRecord: boolean,
): ReleaseState {
  if (name === 'RUNNING' || name === 'PAUSED') {
    return status?.state ?? (hasRecord ? 'unreadable' : 'queued');
  }
  if (name === 'COMPLETED') return status?.state === 'completed' ? 'completed' : 'unreadable';
  if (name === 'FAILED') return status?.state === 'aborted' ? 'aborted' : 'unreadable';
  return 'stopped';
}
