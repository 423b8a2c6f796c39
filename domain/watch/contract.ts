/** The names that the schedule, workflows and clients meet under. None changes its meaning. */
export const WATCH_WORKFLOW = 'watch';
/** There is one look at what is published at a time: who wants another joins it. */
export const WATCH_ID = 'watch';

/**
 * How it stands with what is published. `unknown`: something could not be looked at, so nobody may say zero. What is exposed says so
 * even when something else could not be looked at.
 */
export const EXPOSURES = ['zero', 'exposed, fix available', 'exposed, no fix', 'unknown'] as const;
export type Exposure = (typeof EXPOSURES)[number];
