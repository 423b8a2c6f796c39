import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { INGEST_WORKFLOW } from '../domain/ingest/contract.ts';
import { RELEASE_WORKFLOW, SEARCH_ATTRIBUTES } from '../domain/release/contract.ts';
import { WATCH_WORKFLOW } from '../domain/watch/contract.ts';
import { WITHDRAW_WORKFLOW } from '../domain/withdrawal/contract.ts';

/** What ends on the build that it began on. The rest moves on to the current one by itself. */
const PINNED = [RELEASE_WORKFLOW, INGEST_WORKFLOW, WATCH_WORKFLOW, WITHDRAW_WORKFLOW] as const;

/** The name under which the builds of our workflows are versions of one thing. */
export const DEPLOYMENT = 'foundry';

/** INDEXED_VALUE_TYPE_KEYWORD of the server's API (temporal.api.enums.v1). */
const KEYWORD = 2;
const ATTEMPTS = 100;
const PAUSE_MS = 100;

interface DeploymentOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
}

/**
 * Makes a build the one that new releases begin on. The server learns of a build when a worker polls for it, so this is tried until it
 * has. Throws what the server last answered.
 */
export async function setCurrentBuild(
  { connection, namespace }: DeploymentOptions,
  buildId: string,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await connection.workflowService.setWorkerDeploymentCurrentVersion({
        namespace,
        deploymentName: DEPLOYMENT,
        buildId,
        ignoreMissingTaskQueues: true,
        identity: `foundry worker ${process.pid}`,
      });
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

/**
 * Makes the search attributes of our workflows known to the server: one that was made by an older foundry, or by somebody else, does not
 * have them all, and a workflow that sets one that is not known gets no further. Throws what the server answers.
 */
export async function ensureSearchAttributes({ connection, namespace }: DeploymentOptions): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = SEARCH_ATTRIBUTES.filter((name) => !Object.hasOwn(customAttributes, name));
  if (missing.length === 0) return;
  const searchAttributes = Object.fromEntries(missing.map((name) => [name, KEYWORD]));
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
}

/** The builds other than `current` on which a release, an ingest or a watch still runs. */
export async function buildsInUse(
  { connection, namespace }: DeploymentOptions,
  current: string,
): Promise<string[]> {
  const client = new Client({ connection, namespace });
  const builds = new Set<string>();
  const types = PINNED.map((type) => `'${type}'`).join(', ');
  const query = `WorkflowType IN (${types}) AND ExecutionStatus = 'Running'`;
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
    const build = raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId;
    if (build !== undefined && build !== null && build !== current) builds.add(build);
  }
  return [...builds];
}
