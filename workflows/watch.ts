import { isCancellation } from '@temporalio/workflow';
import type { LookResult } from '../activities/watch/watch-activities.ts';
import { INGEST_ID, INGEST_WORKFLOW, type IngestInput } from '../domain/ingest/contract.ts';
import type { Problem } from '../domain/release/status.ts';
import type { WatchStatus } from '../domain/watch/status.ts';
import { notLooked } from '../domain/watch/watched.ts';
import { problemOf } from './release/problem-of.ts';
import { startOrJoin } from './start-or-join.ts';
import { recallExposures, rescanPublished, tellOfExposures } from './watch/activities.ts';
import { WatchRun } from './watch/watch-run.ts';

/** Ingest may have seen the fix already, and let it wait as any news: it is to look at everything again. */
const EVERYTHING: IngestInput = { isForced: true };

/**
 * One look at what is published: scans it, tells the forge, and asks ingest for a bump when something exposed has a fix. Completes with what
 * it came to, also when the look could not be done: then nothing is known, and it says so.
 */
export async function watch(): Promise<WatchStatus> {
  const run = new WatchRun();
  const { watched, record } = await look();
  run.looked(watched, record);
  if (record !== null) {
    await orSay(run, 'the forge', async () => run.told((await tellOfExposures({ record })).said));
  }
  if (watched.exposure === 'exposed, fix available') {
    const ingest = { type: INGEST_WORKFLOW, workflowId: INGEST_ID, args: [EVERYTHING] };
    await orSay(run, 'ingest', async () => run.asked(await startOrJoin(ingest)));
  }
  return run.end();
}

async function look(): Promise<LookResult> {
  try {
    return await rescanPublished({});
  } catch (error) {
    if (isCancellation(error)) throw error;
    return await recall(problemOf(error));
  }
}

/** What was known before stays in sight. */
async function recall({ code, message }: Problem): Promise<LookResult> {
  const problem = { what: 'the look', code, message };
  try {
    return { watched: await recallExposures(problem), record: null };
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { watched: notLooked(problem, undefined), record: null };
  }
}

/** What follows from a look does not take back what was seen: that it could not be done is one more thing to say. */
async function orSay(run: WatchRun, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isCancellation(error)) throw error;
    run.failed(what, problemOf(error));
  }
}
