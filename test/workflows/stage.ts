import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { AuditStage } from '../../activities/audit/audit-stage.ts';
import type { ConstructActivities } from '../../activities/build/construct-activities.ts';
import type { DependencyGraphActivities } from '../../activities/evidence/dependency-graph/submit-dependencies.ts';
import type { GateActivities } from '../../activities/gates/gate-activities.ts';
import type { IngestNewsActivities } from '../../activities/ingest/ingest-news.ts';
import type { IngestStage } from '../../activities/ingest/ingest-stage.ts';
import type { PlanActivities } from '../../activities/plan/open-plan.ts';
import type { PackageActivities } from '../../activities/publish/package-activities.ts';
import type { PublishActivities } from '../../activities/publish/publish-activities.ts';
import type { ConsumerActivities } from '../../activities/publish/verify-published.ts';
import type { QuarantineActivities } from '../../activities/publish/quarantine-activities.ts';
import type { PackageSigningActivities } from '../../activities/sign/sign-packages.ts';
import type { SignActivities } from '../../activities/sign/sign-activities.ts';
import type { SelftestStage } from '../../activities/selftest/selftest-stage.ts';
import { type Directories, resolveDirectories } from '../../adapters/directories/directories.ts';
import { openToolchain } from '../../adapters/toolchain/toolchain.ts';
import { type OciDigest, ociDigest, sha256 } from '../../domain/digest.ts';
import { PREDICATE_TYPES } from '../../domain/evidence/predicate-types.ts';
import type { Attestation } from '../../domain/release/status.ts';
import { RELEASE_WORKFLOW } from '../../domain/release/contract.ts';
import { releaseWorkflowId, tagOf } from '../../domain/pins/identity.ts';
import { TEMPORAL_NAMESPACE } from '../../services/embedded/temporal.ts';
import { stopServices } from '../../services/control.ts';
import { startEmbedded } from '../../services/embedded/start-embedded.ts';
import { controlActivities } from '../../worker/control.ts';
import { DEPLOYMENT, setCurrentBuild } from '../../worker/deployment.ts';
import { workflowBundle } from '../../worker/workflow-bundle.ts';
import { artifact, PASSING_INGEST } from './passing-ingest.ts';
import { PASSING_WATCH } from './passing-watch.ts';
import { PASSING_WITHDRAWAL } from './passing-withdrawal.ts';

/** Every activity that workflows call, but those of the queue `control`, which are real here. */
export type AllActivities = PlanActivities &
  AuditStage &
  IngestStage &
  ConstructActivities &
  QuarantineActivities &
  SelftestStage &
  DependencyGraphActivities &
  SignActivities &
  PackageSigningActivities &
  GateActivities &
  PublishActivities &
  PackageActivities &
  ConsumerActivities &
  IngestNewsActivities &
  typeof PASSING_WATCH &
  typeof PASSING_WITHDRAWAL;

/** A Temporal server and a worker of its own for tests of the workflows alone; what activities do, each test decides. */
export interface Stage {
  readonly client: Client;
  /** Where its server can be found. */
  readonly directories: Directories;
  /** A commit whose release has these activities. */
  commitFor(activities: Partial<AllActivities>): string;
  /** Gives a workflow that is known by its id alone its activities. */
  give(workflowId: string, activities: Partial<AllActivities>): void;
  /** Starts a release of a commit of its own whose activities are these. */
  start(activities: Partial<AllActivities>): Promise<Started>;
  /** Lets a worker serve one more queue from now on. */
  serve(queue: string): Promise<void>;
  dispose(): Promise<void>;
}

export interface Started {
  readonly handle: WorkflowHandle;
  readonly workflowId: string;
  readonly commit: string;
}

const QUEUES = ['ingest', 'scan', 'publish', 'sign', 'build-amd64', 'selftest-amd64'];

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
  const workerOn = (taskQueue: string): Promise<Worker> =>
    Worker.create({
      connection: native,
      taskQueue,
      activities,
      maxHeartbeatThrottleInterval: '100 milliseconds',
    });
  const { buildId, code } = await workflowBundle(join(directories.state, 'workflows'));
  const workers = [
    await Worker.create({
      connection: native,
      taskQueue: 'control',
      workflowBundle: { code },
      activities: controlActivities(),
      // As in worker/main.ts: the server takes no versioning behaviour from a worker without a version.
      workerDeploymentOptions: {
        version: { deploymentName: DEPLOYMENT, buildId },
        useWorkerVersioning: true,
        defaultVersioningBehavior: 'PINNED',
      },
    }),
    ...(await Promise.all(QUEUES.map((queue) => workerOn(queue)))),
  ];
  const running = workers.map((worker) => worker.run());
  await setCurrentBuild({ connection: native, namespace: TEMPORAL_NAMESPACE }, buildId);
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
    give: (workflowId, given) => void byCommit.set(workflowId, given),
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
    async serve(queue) {
      const worker = await workerOn(queue);
      workers.push(worker);
      running.push(worker.run());
    },
    async dispose() {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
      await connection.close();
      await native.close();
      await stopServices(directories);
      await rm(state, { recursive: true });
    },
  };
}

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

/** Activities under which everything passes. */
export const PASSING: AllActivities = {
  openPlan: async () => ({
    plan: artifact('plan'),
    variants: ['standard', 'distroless', 'development'],
    platforms: ['linux/amd64'],
    operatorWaitMs: 60_000,
    needsApproval: false,
  }),
  auditPlan: async () => PASS,
  ingest: async () => PASS,
  buildPackages: async ({ step }) => ({
    packages: [{ name: step, version: '1-r0', artifact: artifact(step) }],
    network: artifact('n'),
    log: artifact('log'),
    seconds: 1,
    isReused: false,
  }),
  comparePackages: async () => PASS,
  composeImage: async () => IMAGE,
  compareImages: async () => PASS,
  finishImage: async ({ image }) => ({
    outcome: PASS,
    image,
    digest: `sha256:${image.index.digest}` as never,
  }),
  joinImages: async ({ variant }) => ({ index: artifact(`joined ${variant}`) }),
  pushImage: async ({ place, image }) => ({
    registry: 'registry.example',
    repository: `q/${place.variant}`,
    digest: `sha256:${image.index.digest}` as never,
  }),
  removeImage: async () => undefined,
  selftestImage: async () => PASS,
  attestBuild: async () => ({
    sbom: artifact('sbom'),
    attestations: [
      attested(PREDICATE_TYPES.sbom),
      attested(PREDICATE_TYPES.provenance),
      attested(PREDICATE_TYPES.testResult, 'self-tests'),
    ],
  }),
  submitDependencies: async () => ({ submissions: [], evidence: artifact('dep'), said: 'accepted' }),
  runGate: async ({ gate }) => ({ outcome: PASS, result: artifact(gate) }),
  attestGates: async () => ({
    attestations: [attested(PREDICATE_TYPES.vulnerabilities), attested(PREDICATE_TYPES.testResult, 'gates')],
  }),
  attestVerification: async () => ({ attestations: [attested(PREDICATE_TYPES.verificationSummary)] }),
  signPackages: async ({ platform }) => ({
    platform,
    packages: [],
    index: artifact('index'),
    key: artifact('key'),
    keyName: 'foundry.rsa.pub',
  }),
  stagePackages: async () => ({ tag: 'packages', digest: digestOf('packages'), name: 'packages' }),
  readPackages: async () => ({ previous: null }),
  switchPackages: async () => undefined,
  restorePackages: async () => undefined,
  promoteImages: async ({ version, images }) => ({
    promoted: images.map(({ variant, platform, place }) => ({
      variant,
      platform,
      registry: place.registry,
      repository: 'published',
      tag: tagOf(version, variant),
      digest: place.digest,
    })),
  }),
  readTags: async ({ tags }) => ({ previous: tags.map((tag) => ({ tag, digest: null })) }),
  moveTags: async () => undefined,
  restoreTags: async () => ({ left: [] }),
  verifyPublished: async () => PASS,
  signRecord: async () => ({ record: artifact('record'), bundle: artifact('bundle') }),
  storeRecord: async () => ({ digest: digestOf('record') }),
  takeRecordOff: async () => undefined,
  setCommitStatus: async () => undefined,
  ...PASSING_INGEST,
  ...PASSING_WATCH,
  ...PASSING_WITHDRAWAL,
};

function attested(predicateType: string, suite: Attestation['suite'] = null): Attestation {
  return { predicateType, suite, bundle: sha256(`${predicateType} ${suite}`) };
}

function digestOf(text: string): OciDigest {
  return ociDigest(sha256(text));
}

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

/** The id of a release and its children names the commit, so that each call finds its test. */
function dispatch(name: keyof AllActivities, byCommit: ReadonlyMap<string, Partial<AllActivities>>) {
  return async (order: never): Promise<unknown> => {
    const { workflowId = '' } = Context.current().info.workflowExecution ?? {};
    const key = /[0-9a-f]{40}/.exec(workflowId)?.[0] ?? workflowId;
    const given = byCommit.get(key)?.[name] ?? PASSING[name];
    return await (given as (order: never) => Promise<unknown>)(order);
  };
}
