import { isDeepStrictEqual } from 'node:util';
import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  ScheduleNotFoundError,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import { z } from 'zod';
import type { TaskQueue } from '../../domain/release/contract.ts';
import {
  CATCH_UP_MS,
  EVERY_MEMO,
  type ScheduleDefinition,
  SCHEDULES,
  TICK_WORKFLOW,
} from '../../domain/schedule/contract.ts';

/** How often a schedule fires, and who wanted that; null for nobody but us. */
const Every = z.object({ ms: z.int().positive(), by: z.string().min(1).nullable() });
export type Every = z.infer<typeof Every>;

/** A schedule as the server has it. */
export interface ScheduleEntry extends Omit<ScheduleDefinition, 'everyMs'> {
  readonly every: Every;
  readonly isPaused: boolean;
  /** Why it is paused, or was resumed. */
  readonly note: string | null;
  /** When it fires next, also while it is paused and will not; null when never. */
  readonly nextAt: string | null;
  /** When it last started something. */
  readonly lastAt: string | null;
  readonly taken: number;
  /** Left out because the server was down for longer than is made up for. */
  readonly missed: number;
}

const QUEUE: TaskQueue = 'control';

/**
 * Makes the schedules of the foundry where they are not there, and gives those that are what they do today. Whether one is paused stays as it
 * is, and how often it fires where a person has set that. Throws what the server answers.
 */
export async function reconcileSchedules(client: Client): Promise<void> {
  for (const definition of SCHEDULES) await reconcile(client, definition);
}

async function reconcile(client: Client, definition: ScheduleDefinition): Promise<void> {
  const { id, everyMs } = definition;
  const fresh = optionsOf(definition, { ms: everyMs, by: null });
  try {
    await client.schedule.create(fresh);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const there = await client.schedule.getHandle(id).describe();
    const every = everyOf(there);
    await bringUp(
      client,
      there,
      optionsOf(definition, every.by === null ? { ms: everyMs, by: null } : every),
    );
  }
}

/** Sets how often a schedule fires from now on; it must be there. `by` is who wants that, null to take such a wish back. */
export async function setEvery(client: Client, definition: ScheduleDefinition, every: Every): Promise<void> {
  const there = await client.schedule.getHandle(definition.id).describe();
  await bringUp(client, there, optionsOf(definition, every));
}

/** The schedules of the foundry as the server has them; null for one that is not there. */
export async function readSchedules(
  client: Client,
): Promise<readonly { readonly id: ScheduleDefinition['id']; readonly entry: ScheduleEntry | null }[]> {
  return await Promise.all(
    SCHEDULES.map(async (definition) => ({
      id: definition.id,
      entry: await readSchedule(client, definition),
    })),
  );
}

/** One of them. */
export async function readSchedule(
  client: Client,
  { id, what }: ScheduleDefinition,
): Promise<ScheduleEntry | null> {
  let there: ScheduleDescription;
  try {
    there = await client.schedule.getHandle(id).describe();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return null;
    throw error;
  }
  const { state, info } = there;
  return {
    id,
    what,
    every: everyOf(there),
    isPaused: state.paused,
    note: state.note ?? null,
    nextAt: info.nextActionTimes[0]?.toISOString() ?? null,
    lastAt: info.recentActions.at(-1)?.takenAt.toISOString() ?? null,
    taken: info.numActionsTaken,
    missed: info.numActionsMissedCatchupWindow,
  };
}

/**
 * Changes a schedule only where it differs: an update says again whether it is paused, and would take back what somebody says at the
 * same moment.
 */
async function bringUp(client: Client, there: ScheduleDescription, wanted: ScheduleOptions): Promise<void> {
  const { spec, action, policies = {} } = wanted;
  const isSame =
    isDeepStrictEqual(there.spec.intervals, [{ every: spec.intervals?.[0]?.every, offset: 0 }]) &&
    (there.spec.calendars ?? []).length === 0 &&
    there.policies.overlap === policies.overlap &&
    there.policies.catchupWindow === policies.catchupWindow &&
    there.action.workflowType === action.workflowType &&
    there.action.workflowId === action.workflowId &&
    there.action.taskQueue === action.taskQueue &&
    there.action.staticSummary === action.staticSummary &&
    isDeepStrictEqual(there.action.args, action.args) &&
    isDeepStrictEqual(there.action.memo, action.memo);
  if (isSame) return;
  await client.schedule
    .getHandle(there.scheduleId)
    .update(({ state }) => ({ spec, action, policies, state }));
}

function optionsOf({ id, what }: ScheduleDefinition, every: Every): ScheduleOptions {
  return {
    scheduleId: id,
    spec: { intervals: [{ every: every.ms, offset: 0 }], jitter: 0 },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCH_UP_MS, pauseOnFailure: false },
    action: {
      type: 'startWorkflow',
      workflowType: TICK_WORKFLOW,
      workflowId: `${TICK_WORKFLOW}-${id}`,
      taskQueue: QUEUE,
      args: [id],
      memo: { [EVERY_MEMO]: every },
      staticSummary: what,
    },
  };
}

/** How often it fires. Where that is not what we made it, somebody went past us, and that is a person's wish too. */
function everyOf({ action, spec }: ScheduleDescription): Every {
  const said = Every.safeParse(action.memo?.[EVERY_MEMO]);
  const ms = Number(spec.intervals?.[0]?.every);
  if (said.success && (said.data.ms === ms || !(ms > 0))) return said.data;
  return { ms, by: 'Temporal' };
}
