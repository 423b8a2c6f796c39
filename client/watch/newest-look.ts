import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { STATUS_MEMO } from '../../domain/release/contract.ts';
import { WATCH_WORKFLOW } from '../../domain/watch/contract.ts';
import { type Watched, WatchStatus } from '../../domain/watch/status.ts';
import { notLooked } from '../../domain/watch/watched.ts';

/** What the newest look at what is published came to. */
export interface NewestLook {
  readonly runId: string;
  /** When it began. */
  readonly at: string;
  /** Null while the first look is under way. */
  readonly watched: Watched | null;
  /** What became of asking ingest for a fix; null when nothing was asked. */
  readonly ingest: WatchStatus['ingest'];
}

/** What Temporal tells of a run, as much as is read of it. */
export type WatchRun = Pick<WorkflowExecutionInfo, 'runId' | 'startTime' | 'memo' | 'status'>;

/** More runs than ever go on at once, and than anybody ends from outside between two looks. */
const MOST_RUNS = 20;

/** The newest look that Temporal keeps; undefined when there was none. Needs no worker. */
export async function newestLook(client: Client): Promise<NewestLook | undefined> {
  const runs: WatchRun[] = [];
  const query = `WorkflowType = '${WATCH_WORKFLOW}'`;
  for await (const run of client.workflow.list({ query, pageSize: MOST_RUNS })) {
    runs.push(run);
    if (runs.length === MOST_RUNS) break;
  }
  return lookOf(runs);
}

/**
 * The look that counts: the newest that has said something. One that ended and said nothing that can be read counts too, as one that could
 * not be done; one that goes on and has not looked yet counts only when it is the first.
 */
export function lookOf(runs: readonly WatchRun[]): NewestLook | undefined {
  const newestFirst = runs.toSorted((a, b) => b.startTime.getTime() - a.startTime.getTime());
  const looks = newestFirst.map((run) => readRun(run));
  return looks.find(({ watched }) => watched !== null) ?? looks[0];
}

function readRun({ runId, startTime, memo, status: { name } }: WatchRun): NewestLook {
  const parsed = WatchStatus.safeParse(memo?.[STATUS_MEMO]);
  const status = parsed.success ? parsed.data : undefined;
  const isOver = name !== 'RUNNING' && name !== 'PAUSED';
  const unsaid = {
    what: 'the look',
    code: name.toLowerCase(),
    message: 'it ended and said nothing that this foundry can read',
  };
  return {
    runId,
    at: startTime.toISOString(),
    watched: status?.watched ?? (isOver ? notLooked(unsaid, undefined) : null),
    ingest: status?.ingest ?? null,
  };
}
