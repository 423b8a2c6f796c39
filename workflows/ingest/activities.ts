import { proxyActivities, type ActivityInterfaceFor, type ActivityOptions } from '@temporalio/workflow';
import type { IngestNewsActivities } from '../../activities/ingest/ingest-news.ts';
import type { TaskQueue } from '../../domain/release/contract.ts';

const QUEUE: TaskQueue = 'ingest';

/**
 * What only waits for an answer: an upstream that is away is given about a minute, and then the next run asks again. A worker that is gone is
 * noticed by the heartbeat.
 */
const ASKING: ActivityOptions = {
  taskQueue: QUEUE,
  heartbeatTimeout: '20 seconds',
  startToCloseTimeout: '5 minutes',
  retry: {
    initialInterval: '2 seconds',
    backoffCoefficient: 2,
    maximumInterval: '30 seconds',
    maximumAttempts: 6,
  },
};

/** What may fetch every byte of a release. What it fetched stays in the store, so a retry goes on from there. */
const FETCHING: ActivityOptions = { ...ASKING, startToCloseTimeout: '1 hour' };

type Proxy<A> = ActivityInterfaceFor<A>;

/** Asking the upstreams, and telling the forge. */
export const {
  pollUpstreams,
  publishPins,
  tellForgeOfPins,
  raiseAlarms,
  rememberUpstreams,
}: Proxy<IngestNewsActivities> = proxyActivities<IngestNewsActivities>(ASKING);

/** Resolving and verifying everything. */
export const { planIngest }: Proxy<IngestNewsActivities> = proxyActivities<IngestNewsActivities>(FETCHING);
