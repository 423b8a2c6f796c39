import { randomUUID } from 'node:crypto';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { ReleaseIdentity } from '../../domain/pins/identity.ts';
import { RELEASE_WORKFLOW, type TaskQueue } from '../../domain/release/contract.ts';
import { ASKED_MEMO, releaseStart } from '../../domain/release/start.ts';

/** `started` by this call, `joined` to one that runs, or `found` completed. */
export type HowStarted = 'started' | 'joined' | 'found';

/** The workflow that stands for a release. */
export interface StartedRelease {
  readonly id: string;
  readonly runId: string;
  readonly how: HowStarted;
}

const QUEUE: TaskQueue = 'control';

/**
 * Starts a release. The same release asked for twice is one: the call joins the one that runs, and one that completed is not run again
 * unless everything is to be built anew. `by` is who asks.
 */
export async function startRelease(
  client: Client,
  identity: ReleaseIdentity,
  { isRebuild, by }: { readonly isRebuild: boolean; readonly by: string },
): Promise<StartedRelease> {
  const asking = randomUUID();
  const start = releaseStart(identity, { isRebuild, by, asking });
  const { workflowId: id } = start;
  try {
    await client.workflow.start(RELEASE_WORKFLOW, {
      ...start,
      taskQueue: QUEUE,
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: isRebuild ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const { runId } = await client.workflow.getHandle(id).describe();
    return { id, runId, how: 'found' };
  }
  const { runId, memo } = await client.workflow.getHandle(id).describe();
  return { id, runId, how: isOurs(memo?.[ASKED_MEMO], asking) ? 'started' : 'joined' };
}

function isOurs(asked: unknown, asking: string): boolean {
  return typeof asked === 'object' && asked !== null && 'asking' in asked && asked.asking === asking;
}
