import { ingestDependencies, ingestNewsDependencies } from '../activities/ingest/ingest-dependencies.ts';
import { createIngestNews, type IngestNewsActivities } from '../activities/ingest/ingest-news.ts';
import { createIngestStage, type IngestStage } from '../activities/ingest/ingest-stage.ts';
import { createPlanActivities, type PlanActivities } from '../activities/plan/open-plan.ts';
import { forgeOf } from '../adapters/profile/forge-of.ts';
import { perCall } from './activity-call.ts';
import type { Resources } from './resources.ts';

const NEWS = [
  'pollUpstreams',
  'planIngest',
  'publishPins',
  'tellForgeOfPins',
  'raiseAlarms',
  'rememberUpstreams',
] as const satisfies readonly (keyof IngestNewsActivities)[];

/** The activities of the queue `ingest`: what a release brings by its lock, and how the lock is kept new. */
export function ingestActivities(resources: Resources): ReturnType<typeof perCall> {
  const { store, results, memory, cursors, profile } = resources;
  return {
    ...perCall<PlanActivities>(['openPlan'], async ({ signal }) =>
      createPlanActivities({ store, forge: await forgeOf(await profile(), signal) }),
    ),
    ...perCall<IngestStage>(['ingest'], async ({ report, signal }) =>
      createIngestStage({
        ...(await ingestDependencies({ store, memory, profile: await profile(), report, signal })),
        results,
      }),
    ),
    ...perCall<IngestNewsActivities>(NEWS, async ({ report, signal }) => {
      const now = await profile();
      return createIngestNews(
        await ingestNewsDependencies({ store, memory, cursors, profile: now, report, signal }),
      );
    }),
  };
}
