import type { TellActivities } from '../../activities/watch/tell-activities.ts';
import type { WatchActivities } from '../../activities/watch/watch-activities.ts';
import type { Watched } from '../../domain/watch/status.ts';
import { notLooked } from '../../domain/watch/watched.ts';
import { artifact } from './passing-ingest.ts';

const ZERO: Watched = {
  exposure: 'zero',
  since: '2026-11-01T00:00:00Z',
  images: { published: 3, current: 3 },
  exposures: [],
  stated: [],
  news: [],
  ended: [],
  problems: [],
};

/** The activities of a look that finds nothing. */
export const PASSING_WATCH: WatchActivities & TellActivities = {
  rescanPublished: async () => ({ watched: ZERO, record: artifact('watch record') }),
  recallExposures: async (problem) => notLooked(problem, undefined),
  tellOfExposures: async () => ({ said: 'nothing new' }),
};
