import { proxyActivities, type ActivityInterfaceFor, type ActivityOptions } from '@temporalio/workflow';
import type { TellActivities } from '../../activities/watch/tell-activities.ts';
import type { WatchActivities } from '../../activities/watch/watch-activities.ts';

/** A worker that is gone is noticed after this long; every activity heartbeats from its begin to its end. */
const HEARTBEAT = '20 seconds';

/**
 * A look takes seconds an image, and its answers come from the network. One that cannot be done within an hour, also because no worker takes
 * it up, is given up: then that is what there is to say.
 */
const LOOK: ActivityOptions = {
  heartbeatTimeout: HEARTBEAT,
  scheduleToCloseTimeout: '1 hour',
  retry: {
    initialInterval: '2 seconds',
    backoffCoefficient: 2,
    maximumInterval: '1 minute',
    maximumAttempts: 6,
  },
};

/** Reading a file, and calling the forge. */
const SHORT: ActivityOptions = { ...LOOK, scheduleToCloseTimeout: '10 minutes' };

type Proxy<A> = ActivityInterfaceFor<A>;

/** The look itself. */
export const { rescanPublished }: Proxy<WatchActivities> = proxyActivities<WatchActivities>({
  ...LOOK,
  taskQueue: 'scan',
});

/** What was known before a look that could not be done. */
export const { recallExposures }: Proxy<WatchActivities> = proxyActivities<WatchActivities>({
  ...SHORT,
  taskQueue: 'scan',
});

/** What is said on the forge. */
export const { tellOfExposures }: Proxy<TellActivities> = proxyActivities<TellActivities>({
  ...SHORT,
  taskQueue: 'publish',
});
