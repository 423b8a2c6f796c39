import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import {
  NativeConnection,
  Runtime,
  type TelemetryOptions,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker';
import { startToolsApart } from '../adapters/process/run-tool.ts';
import type { Traces } from '../adapters/traces/open-traces.ts';
import { reconcileSchedules } from '../adapters/temporal-schedules/schedules.ts';
import { FoundryError, messageOf } from '../domain/errors.ts';
import type { TaskQueue } from '../domain/release/contract.ts';
import type { Report } from '../domain/report.ts';
import { activitiesOf } from './activities-of.ts';
import { readWorkerConfig, type WorkerConfig } from './config.ts';
import { buildsInUse, DEPLOYMENT, ensureSearchAttributes, setCurrentBuild } from './deployment.ts';
import { startHealthServer } from './health.ts';
import { createLog } from './log.ts';
import { openResources } from './resources.ts';
import { keptBundle, workflowBundle, type WorkflowBundle } from './workflow-bundle.ts';

/** How long the ends of cancelled activities are waited for. */
const LAST_SECONDS = 5;

try {
  await work(readWorkerConfig(process.env));
} catch (error) {
  process.stderr.write(`error: ${messageOf(error)}\n`);
  process.exitCode = error instanceof FoundryError ? error.exitCode : 1;
}

async function work(config: WorkerConfig): Promise<void> {
  startToolsApart();
  const log = createLog(config.logLevel);
  Runtime.install({ logger: log, telemetryOptions: telemetryOf(config) });
  const { options, namespace } = config.temporal;
  let workers: readonly Worker[] = [];
  const isWell = (): boolean =>
    workers.length > 0 && workers.every((worker) => worker.getState() === 'RUNNING');
  const health = await startHealthServer(config.health, isWell);
  const traces = await openTraces(config, (message) => log.warn(message));
  const connection = await NativeConnection.connect(options);
  try {
    const builds = config.queues.includes('control') ? await bundles(config, connection) : [];
    const created = await createWorkers(config, { connection, traces }, builds);
    const running = created.map((worker) => worker.run());
    const [current] = builds;
    if (current !== undefined) {
      await ensureSearchAttributes({ namespace, connection });
      await setCurrentBuild({ namespace, connection }, current.buildId);
      await reconcileSchedules(new Client({ connection, namespace }));
    }
    workers = created;
    log.info('serves', { queues: config.queues, namespace, server: options.address });
    await Promise.all(running);
    log.info('has ended', { queues: config.queues });
  } finally {
    workers = [];
    health.close();
    await traces?.close();
    await connection.close();
  }
}

/** Loaded only where it is asked for. */
async function openTraces({ traces }: WorkerConfig, report: Report): Promise<Traces | undefined> {
  if (traces === undefined) return undefined;
  return (await import('../adapters/traces/open-traces.ts')).openTraces(traces, report);
}

function telemetryOf({ logLevel, metrics }: WorkerConfig): TelemetryOptions {
  const core = logLevel === 'DEBUG' ? 'INFO' : 'WARN';
  return {
    // Through our log, not past it: what the core says has its secrets taken out, too.
    logging: { forward: {}, filter: { core, other: 'WARN' } },
    ...(metrics === undefined ? {} : { metrics: { prometheus: { bindAddress: metrics } } }),
  };
}

async function createWorkers(
  config: WorkerConfig,
  { connection, traces }: { connection: NativeConnection; traces: Traces | undefined },
  builds: readonly WorkflowBundle[],
): Promise<Worker[]> {
  const resources = await openResources(config);
  const common = {
    connection,
    namespace: config.temporal.namespace,
    shutdownGraceTime: `${config.graceSeconds} seconds`,
    shutdownForceTime: `${config.graceSeconds + LAST_SECONDS} seconds`,
    maxHeartbeatThrottleInterval: '4 seconds',
    ...(traces === undefined ? {} : { interceptors: traces.worker }),
  } satisfies Partial<WorkerOptions>;
  const workers: Worker[] = [];
  for (const queue of config.queues) {
    const activities = activitiesOf(queue, resources);
    if (queue === 'control') {
      for (const bundle of builds) {
        workers.push(await Worker.create({ ...common, taskQueue: queue, activities, ...versioned(bundle) }));
      }
    } else {
      const maxConcurrentActivityTaskExecutions = slots(queue);
      workers.push(
        await Worker.create({ ...common, taskQueue: queue, activities, maxConcurrentActivityTaskExecutions }),
      );
    }
  }
  return workers;
}

/** The code of this checkout first, then the code of every release that still runs on other code. */
async function bundles(config: WorkerConfig, connection: NativeConnection): Promise<WorkflowBundle[]> {
  const folder = join(config.stateDir, 'workflows');
  const current = await workflowBundle(folder);
  const old = await buildsInUse({ namespace: config.temporal.namespace, connection }, current.buildId);
  const kept = await Promise.all(old.map((buildId) => keptBundle(folder, buildId)));
  return [current, ...kept.flatMap((bundle) => bundle ?? [])];
}

function versioned({
  buildId,
  code,
}: WorkflowBundle): Pick<WorkerOptions, 'workflowBundle' | 'workerDeploymentOptions'> {
  return {
    workflowBundle: { code },
    workerDeploymentOptions: {
      version: { deploymentName: DEPLOYMENT, buildId },
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'PINNED',
    },
  };
}

/** Builds and tests use whole cores; the rest mostly waits. */
function slots(queue: TaskQueue): number {
  return queue.startsWith('build-') || queue.startsWith('selftest-')
    ? Math.max(2, availableParallelism())
    : 4;
}
