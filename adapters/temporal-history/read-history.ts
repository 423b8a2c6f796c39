import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { RELEASE_WORKFLOW } from '../../domain/release/contract.ts';
import { parseHistory } from './parse-history.ts';
import type { Execution, RecordedRelease, RecordedRun } from './recorded.ts';

/** More levels of workflows than any release has. */
const DEEPEST = 4;

/**
 * What the server recorded of the release that a run belongs to: the release above it, else the topmost workflow, with everything that
 * it and its children did so far. Who started a release, such as the line of merged commits, is no part of it. Throws FND_UNREACHABLE for a server that does not answer, FND_BAD_DATA for what is no history.
 */
export async function readRelease(client: Client, execution: Execution): Promise<RecordedRelease> {
  const { parent: _, children, ...release } = await topmost(client, execution);
  const below = await allBelow(client, children, 1);
  const activities = [...release.activities, ...below.flatMap((run) => run.activities)].toSorted(
    byScheduledAt,
  );
  return { ...release, activities };
}

async function topmost(client: Client, execution: Execution): Promise<RecordedRun> {
  let run = await readRun(client, execution);
  for (let level = 0; run.parent !== null && run.type !== RELEASE_WORKFLOW; level += 1) {
    if (level === DEEPEST) throw tooDeep(execution);
    run = await readRun(client, run.parent);
  }
  return run;
}

async function allBelow(
  client: Client,
  executions: readonly Execution[],
  level: number,
): Promise<RecordedRun[]> {
  const [first] = executions;
  if (first === undefined) return [];
  if (level === DEEPEST) throw tooDeep(first);
  const runs = await Promise.all(executions.map((execution) => readRun(client, execution)));
  return [
    ...runs,
    ...(await allBelow(
      client,
      runs.flatMap(({ children }) => children),
      level + 1,
    )),
  ];
}

async function readRun(client: Client, execution: Execution): Promise<RecordedRun> {
  const { workflowId, runId } = execution;
  let json: string;
  try {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    // What a workflow shows of itself is most of its history, and nothing that anybody goes by here.
    const events = history.events?.filter((event) => event.workflowPropertiesModifiedEventAttributes == null);
    json = historyToJSON({ events: events ?? [] });
  } catch (cause) {
    throw new FoundryError(
      'FND_UNREACHABLE',
      `Temporal gave no history of ${workflowId} (run ${runId}): ${messageOf(cause)}`,
      { cause },
    );
  }
  return parseHistory(JSON.parse(json), execution);
}

function tooDeep({ workflowId }: Execution): FoundryError {
  return new FoundryError(
    'FND_BAD_DATA',
    `${workflowId} is under more than ${DEEPEST} workflows: no release is`,
  );
}

function byScheduledAt(a: { scheduledAt: string }, b: { scheduledAt: string }): number {
  return a.scheduledAt < b.scheduledAt ? -1 : a.scheduledAt > b.scheduledAt ? 1 : 0;
}
