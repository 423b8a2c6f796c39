import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { readSchedules, type ScheduleEntry } from '../../adapters/temporal-schedules/schedules.ts';
import { FoundryError } from '../../domain/errors.ts';
import { INGEST_WORKFLOW } from '../../domain/ingest/contract.ts';
import { IngestStatus } from '../../domain/ingest/status.ts';
import { STATUS_MEMO } from '../../domain/release/contract.ts';
import type { ClientContext } from '../context.ts';
import { timeSpan } from '../output/duration.ts';
import { withTemporal } from '../release/temporal.ts';

/** Whether somebody who looks for news where Temporal does not leaves it to Temporal, and why. */
interface Leave {
  readonly isLeft: boolean;
  readonly because: string;
}

/** What Temporal tells of a run of ingest, as much as is read of it. */
export type IngestRunInfo = Pick<WorkflowExecutionInfo, 'startTime' | 'memo' | 'status'>;

/** What Temporal knows of looking for news. */
interface KnownLooks {
  readonly schedule: ScheduleEntry | null;
  readonly runs: readonly IngestRunInfo[];
}

/** No more begin within the spans that are asked for, when the schedule fires as often as it may. */
const MOST_RUNS = 500;
/** Without Temporal there is no schedule that looks. */
const NO_TEMPORAL: ReadonlySet<string> = new Set(['FND_UNREACHABLE', 'FND_NOT_RUNNING']);

/**
 * Whether looking for news is left to the schedule: it looked within `withinMs`, or a person paused it. A Temporal that gives no answer looks
 * for nothing. Throws FND_BAD_INPUT for variables of Temporal that cannot be used.
 */
export async function whyLeft(
  context: Pick<ClientContext, 'directories' | 'environment' | 'signal'>,
  withinMs: number,
): Promise<Leave> {
  const now = new Date();
  try {
    return judgeLooks(await withTemporal(context, ({ client }) => knownLooks(client, now, withinMs)), {
      now,
      withinMs,
    });
  } catch (error) {
    if (!(error instanceof FoundryError) || !NO_TEMPORAL.has(error.code)) throw error;
    return { isLeft: false, because: error.message };
  }
}

/**
 * The decision itself. A look counts when it asked every upstream and came to an end, also when it refused what it was given: it would be
 * refused here too. One that reached nobody, failed or was ended from outside does not; one that goes on does.
 */
export function judgeLooks(
  { schedule, runs }: KnownLooks,
  { now, withinMs }: { readonly now: Date; readonly withinMs: number },
): Leave {
  if (schedule?.isPaused === true) {
    return { isLeft: true, because: `it is paused${schedule.note === null ? '' : ` (${schedule.note})`}` };
  }
  const looks = runs
    .filter(({ startTime }) => now.getTime() - startTime.getTime() <= withinMs)
    .toSorted((a, b) => b.startTime.getTime() - a.startTime.getTime())
    .flatMap((run) => saidBy(run) ?? []);
  const [newest] = looks;
  if (newest === undefined) {
    return { isLeft: false, because: `no look came to its end in the last ${timeSpan(withinMs)}` };
  }
  const ago = timeSpan(now.getTime() - newest.startTime.getTime());
  return { isLeft: true, because: `the look that began ${ago} ago ${newest.said}` };
}

function saidBy({
  startTime,
  memo,
  status: { name },
}: IngestRunInfo): { startTime: Date; said: string } | undefined {
  if (name === 'RUNNING') return { startTime, said: 'goes on' };
  const parsed = IngestStatus.safeParse(memo?.[STATUS_MEMO]);
  const outcome = parsed.success && name === 'COMPLETED' ? parsed.data.outcome : null;
  if (outcome === null || outcome === 'unreachable') return undefined;
  return { startTime, said: `came to: ${outcome}` };
}

async function knownLooks(client: Client, now: Date, withinMs: number): Promise<KnownLooks> {
  const schedule = (await readSchedules(client)).find(({ id }) => id === 'ingest')?.entry ?? null;
  const since = new Date(now.getTime() - withinMs).toISOString();
  const query = `WorkflowType = '${INGEST_WORKFLOW}' AND StartTime >= '${since}'`;
  const runs: IngestRunInfo[] = [];
  for await (const run of client.workflow.list({ query })) {
    runs.push(run);
    if (runs.length === MOST_RUNS) break;
  }
  return { schedule, runs };
}
