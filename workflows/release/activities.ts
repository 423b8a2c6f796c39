import { proxyActivities, type ActivityInterfaceFor, type ActivityOptions } from '@temporalio/workflow';
import type { AuditStage } from '../../activities/audit/audit-stage.ts';
import type { ConstructActivities } from '../../activities/build/construct-activities.ts';
import type { IngestStage } from '../../activities/ingest/ingest-stage.ts';
import type { PlanActivities } from '../../activities/plan/open-plan.ts';
import type { DependencyGraphActivities } from '../../activities/evidence/dependency-graph/submit-dependencies.ts';
import type { GateActivities } from '../../activities/gates/gate-activities.ts';
import type { PackageActivities } from '../../activities/publish/package-activities.ts';
import type { PublishActivities } from '../../activities/publish/publish-activities.ts';
import type { QuarantineActivities } from '../../activities/publish/quarantine-activities.ts';
import type { PackageSigningActivities } from '../../activities/sign/sign-packages.ts';
import type { SignActivities } from '../../activities/sign/sign-activities.ts';
import type { ConsumerActivities } from '../../activities/publish/verify-published.ts';
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

type Signing = SignActivities & PackageSigningActivities;

/** Claims about images: made, signed and read back, by the one worker that can get an identity. */
export const { attestBuild, attestGates, attestVerification, signPackages, signRecord }: Proxy<Signing> =
  proxyActivities<Signing>({ ...NETWORK, taskQueue: 'sign' });

/** Stage 5. */
export const { runGate }: Proxy<GateActivities> = proxyActivities<GateActivities>({
  ...COMPUTATION,
  taskQueue: 'scan',
});

type Publishing = QuarantineActivities &
  PublishActivities &
  PackageActivities &
  DependencyGraphActivities &
  ConsumerActivities;
const publishing = proxyActivities<Publishing>({ ...NETWORK, taskQueue: 'publish' });
const takingBack = proxyActivities<Publishing>({ ...COMPENSATION, taskQueue: 'publish' });

/** The registry and the forge: putting in. */
export const {
  joinImages,
  pushImage,
  submitDependencies,
  promoteImages,
  readTags,
  stagePackages,
  readPackages,
  switchPackages,
  moveTags,
  verifyPublished,
  storeRecord,
  setCommitStatus,
} = publishing;

/** The same: taking back. */
export const { removeImage, restoreTags, restorePackages, takeRecordOff } = takingBack;
