import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { startToolsApart } from '../adapters/process/run-tool.ts';
import { reconcileSchedules } from '../adapters/temporal-schedules/schedules.ts';
import { FoundryError, messageOf } from '../domain/errors.ts';
import type { TaskQueue } from '../domain/release/contract.ts';
import { activitiesOf } from './activities-of.ts';
import { readWorkerConfig, type WorkerConfig } from './config.ts';
import { buildsInUse, DEPLOYMENT, ensureSearchAttributes, setCurrentBuild } from './deployment.ts';
import { startHealthServer } from './health.ts';
import { openResources } from './resources.ts';
import { keptBundle, workflowBundle, type WorkflowBundle } from './workflow-bundle.ts';

/** How long activities may go on after the worker was asked to end; then they are cancelled and tried elsewhere. */
const SHUTDOWN_GRACE = '2 seconds';
const SHUTDOWN_FORCE = '7 seconds';

try {
  await work(readWorkerConfig(process.argv.slice(2), process.env));
} catch (error) {
  process.stderr.write(`error: ${messageOf(error)}\n`);
  process.exitCode = error instanceof FoundryError ? error.exitCode : 1;
}

async function work(config: WorkerConfig): Promise<void> {
  startToolsApart();
  Runtime.install({ telemetryOptions: { logging: { filter: { core: 'WARN', other: 'WARN' } } } });
  let isWell = false;
  const health = await startHealthServer(config.healthPort, () => isWell);
  const connection = await NativeConnection.connect({ address: config.temporal });
  try {
    const builds = config.queues.includes('control') ? await bundles(config, connection) : [];
    const workers = await createWorkers(config, connection, builds);
    const running = workers.map((worker) => worker.run());
    const [current] = builds;
    if (current !== undefined) {
      await ensureSearchAttributes({ ...config, connection });
      await setCurrentBuild({ ...config, connection }, current.buildId);
      await reconcileSchedules(new Client({ connection, namespace: config.namespace }));
    }
    isWell = true;
    await Promise.all(running);
  } finally {
    isWell = false;
    health.close();
    await connection.close();
  }
}

async function createWorkers(
  config: WorkerConfig,
  connection: NativeConnection,
  builds: readonly WorkflowBundle[],
): Promise<Worker[]> {
  const resources = await openResources(config);
  const common = {
    connection,
    namespace: config.namespace,
    shutdownGraceTime: SHUTDOWN_GRACE,
    shutdownForceTime: SHUTDOWN_FORCE,
    maxHeartbeatThrottleInterval: '4 seconds',
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
  const old = await buildsInUse({ ...config, connection }, current.buildId);
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
