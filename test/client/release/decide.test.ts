import { WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import { expect, it } from 'vitest';
import { refused } from '../../../client/release/decide.ts';
import { ABORTED, entryOfStatus, RUNNING } from './statuses.ts';

const ID = entryOfStatus(RUNNING).id;

it('a decision that the release does not take is refused with the state it is in and the next step', () => {
  const cause = ApplicationFailure.create({
    message: 'the release does not wait for a decision: it is running',
  });
  const error = refused(new WorkflowUpdateFailedError('Workflow Update failed', cause), {
    verb: 'retry',
    now: entryOfStatus(RUNNING),
  });

  expect(error).toMatchObject({
    code: 'FND_BAD_INPUT',
    message: `${ID} does not take retry: the release does not wait for a decision: it is running`,
    hint: 'Only a release that waits can be retried; `./foundry show 4f2d0c1b7a9e` tells when it does.',
  });
});

it('a release that ended meanwhile is said to have', () => {
  const gone = new WorkflowNotFoundError('workflow execution already completed', ID, undefined);

  expect(refused(gone, { verb: 'abort', now: entryOfStatus(ABORTED) })).toMatchObject({
    code: 'FND_BAD_INPUT',
    message: `${ID} does not take abort: it is aborted`,
  });
});

it('a decision that no worker takes does not pass for one that was taken', () => {
  const late = new WorkflowUpdateRPCTimeoutOrCancelledError('deadline');

  expect(refused(late, { verb: 'abort', now: entryOfStatus(RUNNING) })).toMatchObject({
    code: 'FND_NOT_RUNNING',
    exitCode: 7,
    hint: expect.stringContaining('It may still take effect') as string,
  });
});

it('any other error stays what it is', () => {
  const bug = new TypeError('a bug');

  expect(refused(bug, { verb: 'abort', now: entryOfStatus(RUNNING) })).toBe(bug);
});
