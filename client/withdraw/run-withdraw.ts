import {
  ApplicationFailure,
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
} from '@temporalio/client';
import { ERROR_CATALOGUE, type ErrorCode, FoundryError } from '../../domain/errors.ts';
import type { TaskQueue } from '../../domain/release/contract.ts';
import { COMMIT_KEY, VERSION_KEY } from '../../domain/release/search-attributes.ts';
import {
  WITHDRAW_WORKFLOW,
  type WithdrawalOrder,
  WithdrawalStatus,
  withdrawWorkflowId,
} from '../../domain/withdrawal/contract.ts';

/** A withdrawal at its end, and whether it had been asked for before. */
export interface Withdrawn {
  readonly how: 'made' | 'found';
  readonly status: WithdrawalStatus;
}

const QUEUE: TaskQueue = 'control';

/**
 * Withdraws, and waits for the end. The same thing asked for twice is one: a run is joined, and what was withdrawn stays withdrawn for the
 * first reason. Throws what the withdrawal failed with.
 */
export async function runWithdraw(client: Client, order: WithdrawalOrder): Promise<Withdrawn> {
  const workflowId = withdrawWorkflowId(order);
  let how: Withdrawn['how'] = 'made';
  try {
    await client.workflow.start(WITHDRAW_WORKFLOW, {
      workflowId,
      taskQueue: QUEUE,
      args: [order],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      typedSearchAttributes: [
        { key: COMMIT_KEY, value: order.commit },
        { key: VERSION_KEY, value: order.version },
      ],
      staticSummary: `${order.variant ?? 'all images'} of OpenSSL ${order.version}, by ${order.by}`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    how = 'found';
  }
  try {
    return { how, status: WithdrawalStatus.parse(await client.workflow.getHandle(workflowId).result()) };
  } catch (error) {
    throw error instanceof WorkflowFailedError ? named(error, workflowId) : error;
  }
}

function named(error: WorkflowFailedError, id: string): FoundryError {
  const { cause } = error;
  const type = cause instanceof ApplicationFailure ? (cause.type ?? '') : '';
  const code = Object.hasOwn(ERROR_CATALOGUE, type) ? (type as ErrorCode) : 'FND_TOOL_FAILED';
  return new FoundryError(code, `${id} came to no end: ${cause?.message ?? error.message}`, {
    hint: 'Mend what it names, then ask for it again: it goes on from what is done.',
    cause: error,
  });
}
