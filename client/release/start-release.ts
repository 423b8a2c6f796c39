import { randomUUID } from 'node:crypto';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { type ReleaseIdentity, releaseWorkflowId } from '../../domain/pins/identity.ts';
import { RELEASE_WORKFLOW, type TaskQueue } from '../../domain/release/contract.ts';
import type { ReleaseInput } from '../../domain/release/plan.ts';
import { COMMIT_KEY, VERSION_KEY } from '../../domain/release/search-attributes.ts';

/** `started` by this call, `joined` to one that runs, or `found` completed. */
export type HowStarted = 'started' | 'joined' | 'found';

/** The workflow that stands for a release. */
export interface StartedRelease {
  readonly id: string;
  readonly runId: string;
  readonly how: HowStarted;
}

/** Who asked for a release, and a number of its own for every asking. */
const ASKED_MEMO = 'asked';
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
  const id = releaseWorkflowId(identity);
  const { version, commit } = identity;
  const asking = randomUUID();
  const input: ReleaseInput = { version, commit, isRebuild };
  try {
    await client.workflow.start(RELEASE_WORKFLOW, {
      workflowId: id,
      taskQueue: QUEUE,
      args: [input],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: isRebuild ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
      typedSearchAttributes: [
        { key: COMMIT_KEY, value: commit },
        { key: VERSION_KEY, value: version },
      ],
      memo: { [ASKED_MEMO]: { by, asking } },
      staticSummary: `OpenSSL ${version} of ${commit.slice(0, 12)}, asked for by ${by}`,
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
