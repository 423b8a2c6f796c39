import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { AuditStage } from '../../activities/audit/audit-stage.ts';
import type { ConstructActivities } from '../../activities/build/construct-activities.ts';
import type { IngestStage } from '../../activities/ingest/ingest-stage.ts';
import type { PlanActivities } from '../../activities/plan/open-plan.ts';
import type { QuarantineActivities } from '../../activities/publish/quarantine-activities.ts';
import type { SelftestStage } from '../../activities/selftest/selftest-stage.ts';
import { type Directories, resolveDirectories } from '../../adapters/directories/directories.ts';
import { openToolchain } from '../../adapters/toolchain/toolchain.ts';
import { sha256 } from '../../domain/digest.ts';
import { RELEASE_WORKFLOW } from '../../domain/release/contract.ts';
import { releaseWorkflowId } from '../../domain/pins/identity.ts';
import { stopServices } from '../../services/control.ts';
import { startEmbedded } from '../../services/embedded/start-embedded.ts';
import { workflowBundle } from '../../worker/workflow-bundle.ts';

/** Every activity that the release workflow calls. */
export type AllActivities = PlanActivities &
  AuditStage &
  IngestStage &
  ConstructActivities &
  QuarantineActivities &
  SelftestStage;

/** A Temporal server and a worker of its own for tests of the workflows alone; what activities do, each test decides. */
export interface Stage {
  readonly client: Client;
  /** Where its server can be found. */
  readonly directories: Directories;
  /** A commit whose release has these activities. */
  commitFor(activities: Partial<AllActivities>): string;
  /** Starts a release of a commit of its own whose activities are these. */
  start(activities: Partial<AllActivities>): Promise<Started>;
  dispose(): Promise<void>;
}

export interface Started {
  readonly handle: WorkflowHandle;
  readonly workflowId: string;
  readonly commit: string;
}

const QUEUES = ['ingest', 'scan', 'publish', 'build-amd64', 'selftest-amd64'];

/** Starts a {@link Stage}. */
export async function startStage(): Promise<Stage> {
  const state = await mkdtemp(join(tmpdir(), 'foundry-workflows-'));
  const directories = { state, cache: resolveDirectories(process.env).cache };
  const { endpoints } = await startEmbedded({
    directories,
    tools: await openToolchain(directories, process.env),
    only: ['temporal'],
  });
  const address = endpoints.temporal?.address ?? '';
  const native = await NativeConnection.connect({ address });
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const byCommit = new Map<string, Partial<AllActivities>>();
  const activities = Object.fromEntries(
    Object.keys(PASSING).map((name) => [name, dispatch(name as keyof AllActivities, byCommit)]),
  );
  const { code } = await workflowBundle(join(directories.state, 'workflows'));
  const workers = [
    await Worker.create({ connection: native, taskQueue: 'control', workflowBundle: { code } }),
    ...(await Promise.all(
      QUEUES.map((taskQueue) =>
        Worker.create({
          connection: native,
          taskQueue,
          activities,
          maxHeartbeatThrottleInterval: '100 milliseconds',
        }),
      ),
    )),
  ];
  const running = Promise.all(workers.map((worker) => worker.run()));
  let count = 0;
  const commitFor = (given: Partial<AllActivities>): string => {
    const commit = sha256(`${process.pid} ${(count += 1)}`).slice(0, 40);
    byCommit.set(commit, given);
    return commit;
  };
  return {
    client,
    directories,
    commitFor,
    async start(given) {
      const commit = commitFor(given);
      const workflowId = releaseWorkflowId({ version: '3.5.7', commit });
      const handle = await client.workflow.start(RELEASE_WORKFLOW, {
        workflowId,
        taskQueue: 'control',
        args: [{ version: '3.5.7', commit, isRebuild: false }],
      });
      return { handle, workflowId, commit };
    },
    async dispose() {
      for (const worker of workers) worker.shutdown();
      await running;
      await connection.close();
      await native.close();
      await stopServices(directories);
      await rm(state, { recursive: true });
    },
  };
}

const artifact = (text: string) => ({ digest: sha256(text), size: text.length, mediaType: 'text/plain' });
const PASS = {
  verdict: 'pass' as const,
  counts: { pass: 1, fail: 0, 'not-run': 0 },
  failed: [],
  evidence: artifact('evidence'),
};
const IMAGE = {
  index: artifact('i'),
  manifest: artifact('m'),
  config: artifact('c'),
  layers: [artifact('l')],
};

/** Activities under which everything passes. The plan's digest carries the commit, so that each call finds its test. */
export const PASSING: AllActivities = {
  openPlan: async ({ commit }) => ({
    plan: { ...artifact(''), mediaType: `plan/${commit}` },
    variants: ['standard', 'distroless', 'development'],
    platforms: ['linux/amd64'],
    operatorWaitMs: 60_000,
    needsApproval: false,
  }),
  auditPlan: async () => PASS,
  ingest: async () => PASS,
  buildPackages: async ({ step, plan }) => ({
    packages: [{ name: step, version: '1-r0', artifact: { ...artifact(step), mediaType: plan.mediaType } }],
    network: artifact('n'),
    log: artifact('log'),
    seconds: 1,
    isReused: false,
  }),
  comparePackages: async () => PASS,
  composeImage: async ({ plan }) => ({ ...IMAGE, index: { ...IMAGE.index, mediaType: plan.mediaType } }),
  compareImages: async () => PASS,
  finishImage: async ({ image }) => ({
    outcome: PASS,
    image,
    digest: `sha256:${image.index.digest}` as never,
  }),
  pushImage: async ({ place, image }) => ({
    registry: 'registry.example',
    repository: `q/${place.variant}`,
    digest: `sha256:${image.index.digest}` as never,
  }),
  removeImage: async () => undefined,
  selftestImage: async () => PASS,
};

/** What an activity does that takes long: it heartbeats, and ends when it is cancelled. */
export async function untilCancelled(): Promise<never> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), 50);
  try {
    return await context.cancelled;
  } finally {
    clearInterval(timer);
  }
}

/** An outcome in which one check did not pass. */
export function failing(id: string, verdict: 'fail' | 'not-run' = 'fail'): typeof PASS {
  const counts = { pass: 3, fail: 0, 'not-run': 0, [verdict]: 1 };
  return {
    ...PASS,
    verdict: verdict as 'pass',
    counts,
    failed: [{ id, title: 'a check', verdict, detail: 'what was seen' }] as never[],
  };
}

function dispatch(name: keyof AllActivities, byCommit: ReadonlyMap<string, Partial<AllActivities>>) {
  return async (order: never): Promise<unknown> => {
    const commit =
      /[0-9a-f]{40}/.exec(JSON.stringify(order).replaceAll(/"digest":"[0-9a-f]{64}"/g, ''))?.[0] ?? '';
    const given = byCommit.get(commit)?.[name] ?? PASSING[name];
    return await (given as (order: never) => Promise<unknown>)(order);
  };
}
