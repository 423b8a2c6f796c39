import { getClient } from '@temporalio/activity';
import { createReleaseSteering, type ReleaseSteering } from '../activities/merge/steer-releases.ts';
import { perCall } from './activity-call.ts';

/** The activities of the queue `control`: beside the workflows there is only what asks the server that runs them. */
export function controlActivities(): ReturnType<typeof perCall> {
  return perCall<ReleaseSteering>(['findOtherRelease', 'awaitRelease', 'abortRelease'], ({ signal }) =>
    createReleaseSteering({ client: getClient(), signal }),
  );
}
