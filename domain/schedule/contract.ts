/** The names that schedules, the tick and clients meet under. None changes its meaning. */
export const TICK_WORKFLOW = 'tick';
/** What is done again and again. The id of the schedule, the type of the workflow and its id are this one word. */
export const SCHEDULED = ['ingest', 'watch'] as const;
export type Scheduled = (typeof SCHEDULED)[number];

/** What one schedule does when nobody says otherwise. */
export interface ScheduleDefinition {
  readonly id: Scheduled;
  /** How often, in milliseconds. It fires at multiples of this since 1970, so an hour means on the hour. */
  readonly everyMs: number;
  readonly what: string;
}

const HOUR_MS = 3_600_000;

/** Every schedule of the foundry. */
export const SCHEDULES: readonly ScheduleDefinition[] = [
  { id: 'ingest', everyMs: HOUR_MS, what: 'look for news upstream and pin what policy takes' },
  { id: 'watch', everyMs: 6 * HOUR_MS, what: 'scan what is published again' },
];

/** How late a tick may be made up for, after the server was down; what is older is left out. */
export const CATCH_UP_MS = 600_000;

/** Where the memo of a tick says how often its schedule fires, and who wanted that. */
export const EVERY_MEMO = 'every';

/** Whether the text names a schedule. */
export function isScheduled(text: string): text is Scheduled {
  return (SCHEDULED as readonly string[]).includes(text);
}
