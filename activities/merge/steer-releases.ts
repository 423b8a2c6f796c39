import {
  type Client,
  isGrpcCancelledError,
  isGrpcDeadlineError,
  WorkflowFailedError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
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
  /** How long one call waits for the end of a release, in milliseconds. Default five minutes. */
  readonly longestWaitMs?: number;
}

const LONGEST_WAIT_MS = 300_000;
/** A request of a worker's own connection cannot be taken back, so each is short: less than a worker that stops still waits for us. */
const LOOK_MS = 3000;
/** A worker that is up takes a decision within moments. */
const ANSWER_WITHIN_MS = 30_000;

/** Makes the activities. All throw FND_UNREACHABLE for a server that does not answer. */
export function createReleaseSteering({
  client,
  signal,
  longestWaitMs = LONGEST_WAIT_MS,
}: SteeringDependencies): ReleaseSteering {
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
        const until = Date.now() + longestWaitMs;
        while (Date.now() < until) {
          signal.throwIfAborted();
          if (await hasEnded(client, id, Math.min(until, Date.now() + LOOK_MS))) return { hasEnded: true };
        }
        return { hasEnded: false };
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

/** Whether a release ends before the deadline. */
async function hasEnded(client: Client, id: string, deadline: number): Promise<boolean> {
  try {
    await client.withDeadline(deadline, () => client.workflow.getHandle(id).result());
    return true;
  } catch (error) {
    if (error instanceof WorkflowFailedError || error instanceof WorkflowNotFoundError) return true;
    // A worker's own connection calls it cancelled.
    if (isGrpcDeadlineError(error) || isGrpcCancelledError(error)) return false;
    throw error;
  }
}

/** What the server answers; that it does not goes away by itself, and must never end the line. */
async function answered<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    throw new FoundryError('FND_UNREACHABLE', `Temporal gives no answer: ${messageOf(cause)}`, { cause });
  }
}
