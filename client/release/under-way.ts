import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { defaultPayloadConverter, WorkflowNotFoundError } from '@temporalio/common';

type PendingActivity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** A piece of work that a worker does at this moment, or that waits for one. */
export interface UnderWay {
  /** Its summary, such as `provider by builder a (linux/amd64)`. */
  readonly name: string;
  readonly attempt: number;
  /** When the worker took it up; null while it waits for one. */
  readonly startedAt: Date | null;
  /** Where it waits for a worker. */
  readonly queue: string;
  /** What its last heartbeat said. */
  readonly said: string | null;
  /** Why the attempt before this one ended. */
  readonly lastFailure: string | null;
}

/** Tells what is under way in a release and in its children. Keeps the names of what it has seen. */
export class Onlooker {
  readonly #client: Client;
  readonly #names = new Map<string, string>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** `release` is what Temporal tells of the release itself. */
  async underWay(release: WorkflowExecutionDescription): Promise<UnderWay[]> {
    const family = await releaseAndChildren(this.#client, release);
    const all = await Promise.all(family.map((workflow) => this.#activitiesOf(workflow)));
    return all.flat();
  }

  async #activitiesOf(workflow: WorkflowExecutionDescription): Promise<UnderWay[]> {
    const pending = workflow.raw.pendingActivities ?? [];
    const keyOf = ({ activityId }: PendingActivity): string => `${workflow.runId} ${activityId ?? ''}`;
    if (pending.some((activity) => !this.#names.has(keyOf(activity)))) await this.#learnNames(workflow);
    return pending.map((activity) =>
      underWayOf(activity, this.#names.get(keyOf(activity)) ?? activity.activityType?.name ?? '?'),
    );
  }

  /** The summary of an activity stands in the history alone. */
  async #learnNames({ workflowId, runId }: WorkflowExecutionDescription): Promise<void> {
    const { events } = await this.#client.workflow.getHandle(workflowId, runId).fetchHistory();
    for (const { activityTaskScheduledEventAttributes: scheduled, userMetadata } of events ?? []) {
      if (scheduled === null || scheduled === undefined) continue;
      const summary = userMetadata?.summary ?? null;
      const text: unknown = summary === null ? undefined : defaultPayloadConverter.fromPayload(summary);
      const name = typeof text === 'string' ? text : (scheduled.activityType?.name ?? '?');
      this.#names.set(`${runId} ${scheduled.activityId ?? ''}`, name);
    }
  }
}

/** A release and the children of it that run, as Temporal tells of them. `release` is what it tells of the release itself. */
export async function releaseAndChildren(
  client: Client,
  release: WorkflowExecutionDescription,
): Promise<WorkflowExecutionDescription[]> {
  const children = await Promise.all(
    (release.raw.pendingChildren ?? []).map((child) => describeChild(client, child.workflowId ?? '')),
  );
  return [release, ...children.flat()];
}

/** A child that was asked for and has not begun is not found. */
async function describeChild(client: Client, child: string): Promise<WorkflowExecutionDescription[]> {
  try {
    return [await client.workflow.getHandle(child).describe()];
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return [];
    throw error;
  }
}

function underWayOf(activity: PendingActivity, name: string): UnderWay {
  const { attempt, lastStartedTime, heartbeatDetails, lastFailure, activityOptions } = activity;
  const [beat] = heartbeatDetails?.payloads ?? [];
  const said: unknown = beat === undefined ? null : defaultPayloadConverter.fromPayload(beat);
  return {
    name,
    attempt: attempt ?? 1,
    startedAt: isWithoutWorker(activity) ? null : dateOf(lastStartedTime),
    queue: activityOptions?.taskQueue?.name ?? '?',
    said: typeof said === 'string' ? said : null,
    lastFailure: lastFailure?.message ?? null,
  };
}

/** PENDING_ACTIVITY_STATE_SCHEDULED of Temporal's protocol. */
const WAITS_FOR_WORKER = 1;

/** Whether no worker has taken up an activity, or the next attempt of it. */
export function isWithoutWorker({ state }: PendingActivity): boolean {
  return Number(state) === WAITS_FOR_WORKER;
}

/** A moment of Temporal's protocol; null where there was none. */
export function dateOf(time: PendingActivity['lastStartedTime']): Date | null {
  if (time === null || time === undefined) return null;
  return new Date(Number(time.seconds ?? 0) * 1000 + (time.nanos ?? 0) / 1e6);
}
