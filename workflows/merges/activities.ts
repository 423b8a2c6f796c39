import { proxyActivities, type ActivityInterfaceFor } from '@temporalio/workflow';
import type { ReleaseSteering } from '../../activities/merge/steer-releases.ts';
import type { TaskQueue } from '../../domain/release/contract.ts';

const QUEUE: TaskQueue = 'control';

/** Tried again without end: a line that gives up would lose whoever waits in it. */
export const { abortRelease, awaitRelease, findOtherRelease }: ActivityInterfaceFor<ReleaseSteering> =
  proxyActivities<ReleaseSteering>({
    taskQueue: QUEUE,
    heartbeatTimeout: '20 seconds',
    startToCloseTimeout: '10 minutes',
    retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
  });
