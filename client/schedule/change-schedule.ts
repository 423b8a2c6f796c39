import { type Client, ScheduleOverlapPolicy } from '@temporalio/client';
import {
  readSchedule,
  reconcileSchedules,
  type ScheduleEntry,
  setEvery,
} from '../../adapters/temporal-schedules/schedules.ts';
import { type Scheduled, type ScheduleDefinition, SCHEDULES } from '../../domain/schedule/contract.ts';

/** What a person does to schedules. */
export type ScheduleChange =
  | { readonly kind: 'pause'; readonly note: string }
  | { readonly kind: 'resume'; readonly note: string }
  | { readonly kind: 'trigger' }
  /** Null takes a wish back: it then fires as often as the foundry says. */
  | { readonly kind: 'set'; readonly everyMs: number | null; readonly by: string };

/**
 * Changes schedules, and returns them as they then are. Those that are not there are made first, so that one can be paused before anything ever
 * fires. Throws what the server answers.
 */
export async function changeSchedules(
  client: Client,
  ids: readonly Scheduled[],
  change: ScheduleChange,
): Promise<ScheduleEntry[]> {
  await reconcileSchedules(client);
  const definitions = SCHEDULES.filter(({ id }) => ids.includes(id));
  for (const definition of definitions) await applyTo(client, definition, change);
  const entries = await Promise.all(definitions.map((definition) => readSchedule(client, definition)));
  return entries.flatMap((entry) => entry ?? []);
}

async function applyTo(
  client: Client,
  definition: ScheduleDefinition,
  change: ScheduleChange,
): Promise<void> {
  const handle = client.schedule.getHandle(definition.id);
  if (change.kind === 'pause') return await handle.pause(change.note);
  if (change.kind === 'resume') return await handle.unpause(change.note);
  // A tick joins what runs, so a second one does no harm, and the one that a person asks for is never left out.
  if (change.kind === 'trigger') return await handle.trigger(ScheduleOverlapPolicy.ALLOW_ALL);
  const { everyMs, by } = change;
  const every = everyMs === null ? { ms: definition.everyMs, by: null } : { ms: everyMs, by };
  return await setEvery(client, definition, every);
}
