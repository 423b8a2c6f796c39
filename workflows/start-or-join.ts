import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { type ChildWorkflowOptions, ParentClosePolicy, startChild } from '@temporalio/workflow';

/** A workflow of which there is one at a time, known by its id. */
export interface Wanted extends Pick<
  ChildWorkflowOptions,
  'memo' | 'typedSearchAttributes' | 'staticSummary' | 'workflowIdReusePolicy'
> {
  readonly type: string;
  readonly workflowId: string;
  readonly args: readonly unknown[];
}

/**
 * Starts a workflow that goes on when whoever started it has ended. `joined` means that one with this id runs, or that its reuse policy
 * says that it is not to run again.
 */
export async function startOrJoin({ type, ...options }: Wanted): Promise<'started' | 'joined'> {
  try {
    await startChild(type, { ...options, parentClosePolicy: ParentClosePolicy.ABANDON });
    return 'started';
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'joined';
    throw error;
  }
}
