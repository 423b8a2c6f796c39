import { z } from 'zod';
import { Line } from '../pins/values.ts';
import { Problem } from '../release/status.ts';
import { Alarm, Bump, Waiting } from './plan.ts';

/** What a run of ingest came to. It is in its memo, and its result. */
export const IngestStatus = z.strictObject({
  schemaVersion: z.literal(1),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  /**
   * `nothing-new`: no upstream has changed since the last run. `unchanged`: one has, and no pin follows from it. `committed` to the branch, `proposed`
   * as a pull request. `refused`: something could not be trusted, and the pins stay. `unreachable`: an upstream gives no answer; the next run asks again.
   */
  outcome: z.enum(['nothing-new', 'unchanged', 'committed', 'proposed', 'refused', 'unreachable']).nullable(),
  /** The commit that was made, or that the pins stay at. */
  commit: Line.nullable(),
  /** Where the pull request is. */
  pullRequest: Line.nullable(),
  /** The upstreams that had changed. */
  news: z.array(Line),
  bumps: z.array(Bump),
  waiting: z.array(Waiting),
  alarms: z.array(Alarm),
  /** Why it was refused or gave up. */
  problem: Problem.nullable(),
});
export type IngestStatus = z.infer<typeof IngestStatus>;
