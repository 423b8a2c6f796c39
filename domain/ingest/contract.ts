/** The names that the schedule, workflows and clients meet under. None changes its meaning. */
export const INGEST_WORKFLOW = 'ingest';
/** There is one ingest at a time: who wants another joins it. */
export const INGEST_ID = 'ingest';
