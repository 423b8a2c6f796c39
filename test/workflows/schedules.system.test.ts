import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readSchedules, reconcileSchedules, setEvery } from '../../adapters/temporal-schedules/schedules.ts';
import { changeSchedules } from '../../client/schedule/change-schedule.ts';
import { INGEST_ID } from '../../domain/ingest/contract.ts';
import { CATCH_UP_MS, SCHEDULES } from '../../domain/schedule/contract.ts';
import { PASSING, type Stage, startStage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => await stage.dispose());

const definitionOf = (id: 'ingest' | 'watch') => {
  const found = SCHEDULES.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found;
};
const entryOf = async (id: string) => (await readSchedules(stage.client)).find((one) => one.id === id)?.entry;
const describeOf = (id: string) => stage.client.schedule.getHandle(id).describe();

test('schedules are made once, and a second time changes nothing', async () => {
  expect(await entryOf('ingest')).toBeNull();
  await Promise.all([reconcileSchedules(stage.client), reconcileSchedules(stage.client)]);
  const before = await describeOf('ingest');
  await reconcileSchedules(stage.client);
  const after = await describeOf('ingest');
  expect(after.info.lastUpdatedAt).toEqual(before.info.lastUpdatedAt);
  expect(after.policies).toMatchObject({
    overlap: 'SKIP',
    catchupWindow: CATCH_UP_MS,
    pauseOnFailure: false,
  });
  expect(await entryOf('watch')).toMatchObject({ every: { ms: 6 * 3_600_000, by: null }, isPaused: false });
  const next = Date.parse((await entryOf('ingest'))?.nextAt ?? '');
  expect(next % 3_600_000).toBe(0);
});

test('what is paused and how often a person wants it outlive an update, whose action and policies are new', async () => {
  await changeSchedules(stage.client, ['ingest'], { kind: 'set', everyMs: 600_000, by: 'me@here' });
  await changeSchedules(stage.client, ['ingest', 'watch'], { kind: 'pause', note: 'me@here: a freeze' });
  await stage.client.schedule.getHandle('ingest').update((there) => ({
    ...there,
    policies: { ...there.policies, catchupWindow: 60_000 },
    action: { ...there.action, workflowType: 'older' },
  }));
  await reconcileSchedules(stage.client);
  const { action, policies } = await describeOf('ingest');
  expect([action.workflowType, policies.catchupWindow]).toEqual(['tick', CATCH_UP_MS]);
  expect(await entryOf('ingest')).toMatchObject({
    every: { ms: 600_000, by: 'me@here' },
    isPaused: true,
    note: 'me@here: a freeze',
  });
  expect(await entryOf('watch')).toMatchObject({ every: { by: null }, isPaused: true });
});

test('an interval that we made follows ours, and one that was set past us is a person’s', async () => {
  await setEvery(stage.client, definitionOf('watch'), { ms: 7_200_000, by: null });
  await reconcileSchedules(stage.client);
  expect(await entryOf('watch')).toMatchObject({ every: { ms: 6 * 3_600_000, by: null } });
  await stage.client.schedule
    .getHandle('watch')
    .update((there) => ({ ...there, spec: { intervals: [{ every: 1_800_000 }] } }));
  await reconcileSchedules(stage.client);
  expect(await entryOf('watch')).toMatchObject({ every: { ms: 1_800_000, by: 'Temporal' } });
  await changeSchedules(stage.client, ['watch'], { kind: 'set', everyMs: null, by: 'me@here' });
  expect(await entryOf('watch')).toMatchObject({ every: { ms: 6 * 3_600_000, by: null }, isPaused: true });
});

test('a paused schedule fires when it is told to, and starts the one ingest', async () => {
  let polls = 0;
  stage.give(INGEST_ID, {
    pollUpstreams: async (order) => {
      polls += 1;
      return await PASSING.pollUpstreams(order);
    },
  });
  await changeSchedules(stage.client, ['ingest'], { kind: 'trigger' });
  await vi.waitUntil(() => polls === 1, { timeout: 20_000 });
  expect(await stage.client.workflow.getHandle(INGEST_ID).result()).toMatchObject({ outcome: 'committed' });
  expect(await entryOf('ingest')).toMatchObject({ isPaused: true, taken: 1 });
});

test('a schedule that is on fires by itself', async () => {
  let polls = 0;
  stage.give(INGEST_ID, {
    pollUpstreams: async (order) => {
      polls += 1;
      return { ...(await PASSING.pollUpstreams(order)), news: [] };
    },
  });
  await setEvery(stage.client, definitionOf('ingest'), { ms: 2000, by: 'me@here' });
  await changeSchedules(stage.client, ['ingest'], { kind: 'resume', note: 'me@here: over' });
  await vi.waitUntil(() => polls >= 2, { timeout: 30_000 });
  const [entry] = await changeSchedules(stage.client, ['ingest'], { kind: 'pause', note: 'me@here' });
  expect(entry?.taken).toBeGreaterThan(2);
});
