import { proxyActivities, type ActivityInterfaceFor, type ActivityOptions } from '@temporalio/workflow';
import type { AuditStage } from '../../activities/audit/audit-stage.ts';
import type { ConstructActivities } from '../../activities/build/construct-activities.ts';
import type { IngestStage } from '../../activities/ingest/ingest-stage.ts';
import type { PlanActivities } from '../../activities/plan/open-plan.ts';
import type { QuarantineActivities } from '../../activities/publish/quarantine-activities.ts';
import type { SelftestStage } from '../../activities/selftest/selftest-stage.ts';
import type { Platform } from '../../domain/pins/variant.ts';
import { buildQueue, selftestQueue } from '../../domain/release/contract.ts';

/** A worker that is gone is noticed after this long; every activity heartbeats from its begin to its end. */
const HEARTBEAT = '20 seconds';

/** Network: tried again with growing pauses, because upstreams and registries come back. */
const NETWORK: ActivityOptions = {
  heartbeatTimeout: HEARTBEAT,
  startToCloseTimeout: '20 minutes',
  retry: {
    initialInterval: '1 second',
    backoffCoefficient: 2,
    maximumInterval: '30 seconds',
    maximumAttempts: 5,
  },
};

/** Computation: its own failures are final (the worker says so), but a worker may die under it. */
const COMPUTATION: ActivityOptions = {
  heartbeatTimeout: HEARTBEAT,
  startToCloseTimeout: '2 hours',
  retry: { initialInterval: '1 second', maximumAttempts: 4 },
};

/** Taking back: never given up, because what is left behind would be found by somebody. */
const COMPENSATION: ActivityOptions = {
  heartbeatTimeout: HEARTBEAT,
  startToCloseTimeout: '5 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute', maximumAttempts: 20 },
};

type Proxy<A> = ActivityInterfaceFor<A>;

/** Opening a commit of the forge. */
export const { openPlan }: Proxy<PlanActivities> = proxyActivities<PlanActivities>({
  ...NETWORK,
  taskQueue: 'ingest',
});

/** Stage 0. */
export const { auditPlan }: Proxy<AuditStage> = proxyActivities<AuditStage>({
  ...COMPUTATION,
  taskQueue: 'scan',
});

/** Stage 1. */
export const { ingest }: Proxy<IngestStage> = proxyActivities<IngestStage>({
  ...NETWORK,
  taskQueue: 'ingest',
});

/** Stage 2, on the machine type of a platform. */
export function constructOn(platform: Platform): Proxy<ConstructActivities> {
  return proxyActivities<ConstructActivities>({ ...COMPUTATION, taskQueue: buildQueue(platform) });
}

/** Stage 3, on the machine type of a platform. */
export function selftestOn(platform: Platform): Proxy<SelftestStage> {
  return proxyActivities<SelftestStage>({ ...COMPUTATION, taskQueue: selftestQueue(platform) });
}

const publishing = proxyActivities<QuarantineActivities>({ ...NETWORK, taskQueue: 'publish' });
const takingBack = proxyActivities<QuarantineActivities>({ ...COMPENSATION, taskQueue: 'publish' });

/** The registry: putting in, and taking back. */
export const { pushImage } = publishing;
export const { removeImage } = takingBack;
