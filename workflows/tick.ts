import { setWorkflowOptions } from '@temporalio/workflow';
import { INGEST_ID, INGEST_WORKFLOW, type IngestInput } from '../domain/ingest/contract.ts';
import type { Scheduled } from '../domain/schedule/contract.ts';
import { WATCH_ID, WATCH_WORKFLOW } from '../domain/watch/contract.ts';
import { startOrJoin, type Wanted } from './start-or-join.ts';

const BY_SCHEDULE: IngestInput = { isForced: false };

const WANTED: Readonly<Record<Scheduled, Wanted>> = {
  ingest: { type: INGEST_WORKFLOW, workflowId: INGEST_ID, args: [BY_SCHEDULE] },
  watch: { type: WATCH_WORKFLOW, workflowId: WATCH_ID, args: [] },
};

/**
 * What a schedule starts: the one run of what is scheduled, or joins the one that there is. A schedule cannot do that itself, because it
 * gives every workflow that it starts an id of its own.
 */
export async function tick(scheduled: Scheduled): Promise<'started' | 'joined'> {
  return await startOrJoin(WANTED[scheduled]);
}

// A child of a pinned workflow is pinned to the same build. What a tick starts is to begin on the current one, however old the tick is.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, tick);
