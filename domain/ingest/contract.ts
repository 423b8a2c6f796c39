import { z } from 'zod';

/** The names that the schedule, workflows and clients meet under. None changes its meaning. */
export const INGEST_WORKFLOW = 'ingest';
/** There is one ingest at a time: who wants another joins it. */
export const INGEST_ID = 'ingest';

/** What a run of ingest is asked for. */
export const IngestInput = z.strictObject({
  /** Plans whatever the upstreams say, and not only when one of them has news. */
  isForced: z.boolean(),
});
export type IngestInput = z.infer<typeof IngestInput>;
