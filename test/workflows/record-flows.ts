import { ApplicationFailure } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { notifyMerge } from '../../client/merge/notify-merge.ts';
import { INGEST_ID, INGEST_WORKFLOW } from '../../domain/ingest/contract.ts';
import { MERGES_ID } from '../../domain/merge/contract.ts';
import { type AllActivities, PASSING, type Stage } from './stage.ts';

/** Runs of the workflows around releases, and of releases that need a stage of their own, by the name of the history. Each returns the handle of a run that has ended. */
export const FLOWS: Readonly<Record<string, (stage: Stage) => Promise<WorkflowHandle>>> = {
  'ingest-committed': (stage) => ingest(stage, {}),
  'ingest-refused': (stage) =>
    ingest(stage, {
      planIngest: async () => {
        throw ApplicationFailure.create({
          type: 'FND_UNRESOLVED',
          message: 'no such package',
          nonRetryable: true,
        });
      },
    }),
  'release-of-two-platforms': (stage) => releaseOfTwoPlatforms(stage),
  'merges-queued': (stage) => merges(stage, 'queue'),
  'merges-superseded': (stage) => merges(stage, 'supersede'),
};

async function ingest(stage: Stage, activities: Partial<AllActivities>): Promise<WorkflowHandle> {
  stage.give(INGEST_ID, activities);
  const handle = await stage.client.workflow.start(INGEST_WORKFLOW, {
    workflowId: INGEST_ID,
    taskQueue: 'control',
    args: [{ isForced: false }],
  });
  await handle.result();
  return handle;
}

async function releaseOfTwoPlatforms(stage: Stage): Promise<WorkflowHandle> {
  await Promise.all([stage.serve('build-arm64'), stage.serve('selftest-arm64')]);
  const { handle } = await stage.start({
    openPlan: async (input) => ({
      ...(await PASSING.openPlan(input)),
      platforms: ['linux/amd64', 'linux/arm64'],
    }),
  });
  await handle.result();
  return handle;
}

/** Two commits, the second while the release of the first runs. */
async function merges(stage: Stage, newer: 'queue' | 'supersede'): Promise<WorkflowHandle> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const openPlan: AllActivities['openPlan'] = async (order) => {
    await promise;
    return await PASSING.openPlan(order);
  };
  const patience = { pauseMs: 50, patienceMs: 20_000, signal: new AbortController().signal };
  const tell = async (height: number, activities: Partial<AllActivities>): Promise<void> => {
    const commit = stage.commitFor(activities);
    await notifyMerge(stage.client, { version: '3.5.7', commit, newer, height, after: [] }, 'me', patience);
  };
  await tell(1, { openPlan });
  await tell(2, {});
  resolve();
  const handle = stage.client.workflow.getHandle(MERGES_ID);
  await handle.result();
  return handle;
}
