import { WorkflowFailedError } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import { expect } from 'vitest';
import { ABORTED_FAILURE } from '../../domain/release/contract.ts';
import { ReleaseStatus } from '../../domain/release/status.ts';
import type { Started } from './stage.ts';

/** The record of a release that ended as an aborted one does. */
export async function aborted({ handle }: Started): Promise<ReleaseStatus> {
  const error: unknown = await handle.result().catch((thrown: unknown) => thrown);
  if (!(error instanceof WorkflowFailedError)) throw new Error(`it did not fail: ${JSON.stringify(error)}`);
  const { cause } = error;
  expect(cause).toMatchObject({ type: ABORTED_FAILURE });
  return ReleaseStatus.parse((cause as ApplicationFailure).details?.[0]);
}
