/** The names that the schedule, workflows and clients meet under. None changes its meaning. */
export const WATCH_WORKFLOW = 'watch';
/** There is one look at what is published at a time: who wants another joins it. */
export const WATCH_ID = 'watch';
