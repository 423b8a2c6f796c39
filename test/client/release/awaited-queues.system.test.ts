import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awaitedQueues, type AwaitedQueue } from '../../../client/release/awaited-queues.ts';
import { lookAt } from '../../../client/release/releases.ts';
import { RELEASE_WORKFLOW, STATUS_QUERY } from '../../../domain/release/contract.ts';
import { releaseStart } from '../../../domain/release/start.ts';
import type { ReleaseStatus } from '../../../domain/release/status.ts';
import {
  type AllActivities,
  PASSING,
  type Stage,
  type Started,
  startStage,
  untilCancelled,
} from '../../workflows/stage.ts';
import { type Ended, foundry as runInProcess, inDirectories } from '../foundry-in-process.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => await stage.dispose());

const foundry = (...argv: string[]): Promise<Ended> =>
  runInProcess([...argv, ...inDirectories(stage.directories)]);

async function awaitedBy(workflowId: string): Promise<readonly AwaitedQueue[]> {
  const entry = await lookAt(stage.client, { id: workflowId });
  if (entry === undefined) return [];
  return (await awaitedQueues(stage.client, [entry], new Date())).get(entry.runId) ?? [];
}

async function untilItAwaits(
  { workflowId }: Pick<Started, 'workflowId'>,
  isSo: (awaited: readonly AwaitedQueue[]) => boolean,
): Promise<readonly AwaitedQueue[]> {
  for (let tries = 0; tries < 300; tries += 1) {
    const awaited = await awaitedBy(workflowId);
    if (isSo(awaited)) return awaited;
    await sleep(50);
  }
  throw new Error(`in vain: ${workflowId}`);
}

/** Waits until a worker does the ingest of a release, and gives what is waited for then. */
async function untilAtIngest({ workflowId }: Started): Promise<readonly AwaitedQueue[]> {
  for (let tries = 0; (await lookAt(stage.client, { id: workflowId }))?.stage !== 'ingest';) {
    if ((tries += 1) > 300) throw new Error('in vain: ingest');
    await sleep(50);
  }
  return await untilItAwaits({ workflowId }, (all) => all.length === 0);
}

function onPlatforms(platforms: ('linux/amd64' | 'linux/arm64')[]): Partial<AllActivities> {
  return { openPlan: async (input) => ({ ...(await PASSING.openPlan(input)), platforms }) };
}

/** Nothing of one platform is under way any more: its images are composed, and wait for those of the other. */
async function untilBuilt({ handle, workflowId }: Started, platform: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const { stages } = await handle.query<ReleaseStatus>(STATUS_QUERY);
    const parts = stages.find(({ stage: name }) => name === 'construct')?.parts ?? [];
    const images = ['standard', 'distroless', 'development'].map((variant) => `${variant} (${platform})`);
    const ready = parts.filter(({ name, state }) => images.includes(name) && state === 'pass');
    if (ready.length === images.length) return;
    await sleep(50);
  }
  throw new Error(`in vain: ${workflowId}`);
}

/** `foundry` finds releases by a list that lags behind a little. */
async function untilShown(commit: string): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    const { code, out } = await foundry('show', commit.slice(0, 12));
    if (code === 0) return out;
    await sleep(50);
  }
  throw new Error(`in vain: ${commit}`);
}

describe('a release of two platforms, one without a worker', () => {
  it('names the queue wherever somebody looks, and goes on when a worker comes', async () => {
    const tested: string[] = [];
    const release = await stage.start({
      ...onPlatforms(['linux/amd64', 'linux/arm64']),
      selftestImage: async (order) => {
        tested.push(`${order.variant} (${order.platform})`);
        return await PASSING.selftestImage(order);
      },
    });
    await untilBuilt(release, 'linux/amd64');
    const awaited = await untilItAwaits(release, (all) => all.length === 1 && all[0]?.work === 4);
    const shown = await untilShown(release.commit);
    const [json, list, listed, status] = await Promise.all([
      foundry('show', release.commit, '--output', 'json'),
      foundry('list'),
      foundry('list', '--output', 'json'),
      foundry('status'),
    ]);
    await stage.serve('build-arm64');
    const next = await untilItAwaits(
      release,
      (all) => all.some(({ queue, work }) => queue === 'selftest-arm64' && work === 3) && all.length === 1,
    );
    await stage.serve('selftest-arm64');
    const record = (await release.handle.result()) as { images: { variant: string; platform: string }[] };

    const expected = { queue: 'build-arm64', work: 4, isServed: false, lastPolledAt: null };
    expect(awaited).toEqual([expected]);
    expect(shown).toContain('state    › running');
    expect(shown).toContain(
      '! waits for a worker on build-arm64 (4 pieces of work): none has asked for work there in the last minutes',
    );
    expect(JSON.parse(json.out)).toMatchObject({ data: { state: 'running', awaits: [expected] } });
    expect(list.out).toMatch(/^! no worker on build-arm64 +3\.5\.7 /m);
    expect(JSON.parse(listed.out)).toMatchObject({ data: { releases: [{ awaits: [expected] }] } });
    expect(status.out).toContain(`${release.workflowId} waits for a worker on build-arm64`);
    expect(next).toEqual([{ queue: 'selftest-arm64', work: 3, isServed: false, lastPolledAt: null }]);
    const all = ['development', 'distroless', 'standard'].flatMap((variant) =>
      ['amd64', 'arm64'].map((machine) => `${variant} (linux/${machine})`),
    );
    expect(tested.toSorted()).toEqual(all);
    expect(record.images.map(({ variant, platform }) => `${variant} (${platform})`).toSorted()).toEqual(all);
    expect(await awaitedBy(release.workflowId)).toEqual([]);
  });
});

describe('a release', () => {
  it('says so when no worker decides for it', async () => {
    const identity = { version: '3.5.7', commit: stage.commitFor({}) };
    const start = releaseStart(identity, { isRebuild: false, by: 'me@here', asking: 'a test' });
    const handle = await stage.client.workflow.start(RELEASE_WORKFLOW, {
      ...start,
      taskQueue: 'control-of-nobody',
    });
    const awaited = await awaitedBy(handle.workflowId);
    const shown = await untilShown(identity.commit);
    await handle.terminate('a test');

    expect(awaited).toEqual([{ queue: 'control-of-nobody', work: 1, isServed: false, lastPolledAt: null }]);
    expect(shown).toContain('state    · queued');
    expect(shown).toContain('waits for a worker on control-of-nobody (1 piece of work)');
  });

  it('waits for nobody while workers do its work', async () => {
    const release = await stage.start({ ingest: untilCancelled });
    const awaited = await untilAtIngest(release);
    await release.handle.terminate('a test');

    expect(awaited).toEqual([]);
  });

  it('counts a worker that has its hands full as one that is there', async () => {
    const release = await stage.start({ ingest: untilCancelled });
    await untilAtIngest(release);
    const entry = await lookAt(stage.client, { id: release.workflowId });
    // As seen after minutes in which the worker, busy with this, asked for nothing: only what decides is missed.
    const later = new Date(Date.now() + 600_000);
    const awaited = await awaitedQueues(stage.client, entry === undefined ? [] : [entry], later);
    await release.handle.terminate('a test');

    expect(awaited.get(entry?.runId ?? '')?.map(({ queue }) => queue)).toEqual(['control']);
  });
});
