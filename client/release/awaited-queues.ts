import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { dateOf, isWithoutWorker, releaseAndChildren } from './under-way.ts';
import type { ReleaseEntry } from './release-entry.ts';
import { listReleases } from './releases.ts';

/** A task queue that a release waits for. */
export interface AwaitedQueue {
  readonly queue: string;
  /** How many pieces of its work lie there; 0 when nobody serves the queue that the release will need next. */
  readonly work: number;
  /** Whether a worker asked for work there a moment ago, or does some of ours. */
  readonly isServed: boolean;
  /** When a worker asked for work there last. The server forgets that after some minutes. */
  readonly lastPolledAt: string | null;
}

/** What each release waits for, by its run id. */
export type Awaited = ReadonlyMap<string, readonly AwaitedQueue[]>;

/** A worker that has room asks anew at least this often: the server ends a poll that found nothing after a minute. */
const POLL_MS = 75_000;

/**
 * What those of `releases` that run wait for workers on, asked of Temporal alone: it is known with no worker up. The queue of the workflow itself
 * counts as soon as nobody serves it, other queues when work of the release lies there. Throws what Temporal's client throws.
 */
export async function awaitedQueues(
  client: Client,
  releases: readonly Pick<ReleaseEntry, 'id' | 'runId' | 'endedAt'>[],
  now: Date,
): Promise<Awaited> {
  const open = releases.filter(({ endedAt }) => endedAt === null);
  const families = await Promise.all(open.map((release) => familyOf(client, release)));
  const busy = new Set(families.flatMap((family) => queuesAtWork(family)));
  const polls = new Map<string, Promise<Date | null>>();
  const lastPoll = (queue: string, type: QueueType): Promise<Date | null> => {
    const found = polls.get(`${type} ${queue}`) ?? lastPollOf(client, queue, type);
    polls.set(`${type} ${queue}`, found);
    return found;
  };
  const awaited = families.map(async (family) => {
    const queues = await Promise.all(
      [...neededBy(family, now)].map(async ([queue, { work, type }]) => {
        const last = await lastPoll(queue, type);
        const isPolled = last !== null && now.getTime() - last.getTime() < POLL_MS;
        return {
          queue,
          work,
          // A worker that has its hands full asks for nothing.
          isServed: isPolled || (type === ACTIVITIES && busy.has(queue)),
          lastPolledAt: last?.toISOString() ?? null,
        };
      }),
    );
    return queues.filter(({ work, isServed }) => work > 0 || !isServed);
  });
  const all = await Promise.all(awaited);
  return new Map(open.map(({ runId }, place) => [runId, all[place] ?? []]));
}

/** A queue that a release waits for and that nobody serves. */
export interface UnservedRelease extends AwaitedQueue {
  /** Of the release. */
  readonly id: string;
}

/** The releases that nobody goes on with, as Temporal lists them. Throws what {@link awaitedQueues} throws. */
export async function unservedReleases(client: Client, now: Date): Promise<UnservedRelease[]> {
  const releases = await listReleases(client, now);
  const awaited = await awaitedQueues(client, releases, now);
  return releases.flatMap(({ id, runId }) =>
    (awaited.get(runId) ?? []).filter(({ isServed }) => !isServed).map((queue) => ({ id, ...queue })),
  );
}

/** TASK_QUEUE_TYPE_WORKFLOW and TASK_QUEUE_TYPE_ACTIVITY of Temporal's protocol. */
const WORKFLOWS = 1;
const ACTIVITIES = 2;
type QueueType = typeof WORKFLOWS | typeof ACTIVITIES;

async function familyOf(
  client: Client,
  { id, runId }: Pick<ReleaseEntry, 'id' | 'runId'>,
): Promise<WorkflowExecutionDescription[]> {
  return await releaseAndChildren(client, await client.workflow.getHandle(id, runId).describe());
}

/** The queues whose workers do something at this moment. */
function queuesAtWork(family: readonly WorkflowExecutionDescription[]): string[] {
  return family
    .flatMap(({ raw }) => raw.pendingActivities ?? [])
    .filter((activity) => !isWithoutWorker(activity))
    .map(({ activityOptions }) => activityOptions?.taskQueue?.name ?? '?');
}

/** The queues that work lies in, and those of the workflows in any case. */
function neededBy(
  family: readonly WorkflowExecutionDescription[],
  now: Date,
): ReadonlyMap<string, { readonly work: number; readonly type: QueueType }> {
  const needed = new Map<string, { work: number; type: QueueType }>();
  for (const { taskQueue, raw } of family) {
    if (raw.workflowExecutionInfo?.closeTime) continue;
    const before = needed.get(taskQueue)?.work ?? 0;
    const isLying = Number(raw.pendingWorkflowTask?.state) === LIES_THERE;
    needed.set(taskQueue, { work: before + (isLying ? 1 : 0), type: WORKFLOWS });
  }
  for (const activity of family.flatMap(({ raw }) => raw.pendingActivities ?? [])) {
    const next = dateOf(activity.nextAttemptScheduleTime);
    // What is tried again only later waits for the clock.
    if (!isWithoutWorker(activity) || (next !== null && next > now)) continue;
    const queue = activity.activityOptions?.taskQueue?.name ?? '?';
    const before = needed.get(queue);
    needed.set(queue, { work: (before?.work ?? 0) + 1, type: before?.type ?? ACTIVITIES });
  }
  return needed;
}

/** PENDING_WORKFLOW_TASK_STATE_SCHEDULED of Temporal's protocol. */
const LIES_THERE = 1;

async function lastPollOf(client: Client, queue: string, type: QueueType): Promise<Date | null> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: queue },
    taskQueueType: type,
  });
  const times = (pollers ?? []).flatMap(({ lastAccessTime }) => dateOf(lastAccessTime) ?? []);
  return times.toSorted((a, b) => b.getTime() - a.getTime())[0] ?? null;
}
