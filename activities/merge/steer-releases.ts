import { type Client, WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { ABORT_UPDATE, type Decision, RELEASE_WORKFLOW } from '../../domain/release/contract.ts';

/** What the line of merged commits needs to see and say of releases, whoever started them. */
export interface ReleaseSteering {
  /** The id of a release that runs and is not `than`; null without one. The list of the server may lag behind by a second. */
  readonly findOtherRelease: (order: { readonly than: string }) => Promise<{ readonly id: string | null }>;
  /** Waits some minutes for the end of a release, and says whether it has ended. One that nobody knows has. */
  readonly awaitRelease: (order: { readonly id: string }) => Promise<{ readonly hasEnded: boolean }>;
  /** Aborts a release. One that has ended, or is being taken back already, is left alone. */
  readonly abortRelease: (order: {
    readonly id: string;
    readonly decision: Decision;
  }) => Promise<{ readonly said: string }>;
}

/** What they need. */
export interface SteeringDependencies {
  readonly client: Client;
  readonly signal: AbortSignal;
}

const LONGEST_WAIT_MS = 300_000;
/** A worker that is up takes a decision within moments. */
const ANSWER_WITHIN_MS = 30_000;

/** Makes the activities. All throw FND_UNREACHABLE for a server that does not answer. */
export function createReleaseSteering({ client, signal }: SteeringDependencies): ReleaseSteering {
  return {
    findOtherRelease: ({ than }) =>
      answered(async () => {
        const query = `WorkflowType = '${RELEASE_WORKFLOW}' AND ExecutionStatus = 'Running'`;
        for await (const { workflowId } of client.workflow.list({ query })) {
          if (workflowId !== than) return { id: workflowId };
        }
        return { id: null };
      }),
    awaitRelease: ({ id }) =>
      answered(async () => {
        const pause = AbortSignal.timeout(LONGEST_WAIT_MS);
        try {
          await client.withAbortSignal(AbortSignal.any([signal, pause]), () =>
            client.workflow.getHandle(id).result(),
          );
          return { hasEnded: true };
        } catch (error) {
          if (error instanceof WorkflowFailedError || error instanceof WorkflowNotFoundError) {
            return { hasEnded: true };
          }
          if (pause.aborted) return { hasEnded: false };
          throw error;
        }
      }),
    abortRelease: ({ id, decision }) =>
      answered(async () => {
        try {
          await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
            client.workflow.getHandle(id).executeUpdate(ABORT_UPDATE, { args: [decision] }),
          );
          return { said: 'aborted' };
        } catch (error) {
          if (error instanceof WorkflowUpdateFailedError || error instanceof WorkflowNotFoundError) {
            return { said: `not aborted: ${messageOf(error.cause ?? error)}` };
          }
          throw error;
        }
      }),
  };
}

/** What the server answers; that it does not goes away by itself, and must never end the line. */
async function answered<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    throw new FoundryError('FND_UNREACHABLE', `Temporal gives no answer: ${messageOf(cause)}`, { cause });
  }
}
