import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { notifyMerge } from '../../client/merge/notify-merge.ts';
import { decide } from '../../client/release/decide.ts';
import { entryOf, type ReleaseEntry } from '../../client/release/release-entry.ts';
import { listReleases, lookAt } from '../../client/release/releases.ts';
import { startRelease } from '../../client/release/start-release.ts';
import { EMPTY_LINE, LINE_MEMO, MergeLine, MERGES_ID } from '../../domain/merge/contract.ts';
import { releaseWorkflowId } from '../../domain/pins/identity.ts';
import { ABORT_UPDATE } from '../../domain/release/contract.ts';
import { COMMIT_KEY, VERSION_KEY } from '../../domain/release/search-attributes.ts';
import { PASSING, type AllActivities, type Stage, startStage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => await stage.dispose());

const VERSION = '3.5.7';
const ME = 'me@here';
const PATIENCE = { pauseMs: 50, patienceMs: 5000, signal: new AbortController().signal };
let height = 0;

type Requested = Parameters<typeof notifyMerge>[1];

/** A commit that is newer than those before it, whose release has these activities. */
function merged(activities: Partial<AllActivities> = {}, newer: Requested['newer'] = 'queue'): Requested {
  height += 1;
  return { version: VERSION, commit: stage.commitFor(activities), newer, height, after: [] };
}

/** A commit whose release goes on only when it is let go. */
function held(newer: Requested['newer'] = 'queue'): { requested: Requested; letGo: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const openPlan: AllActivities['openPlan'] = async (order) => {
    const context = Context.current();
    const timer = setInterval(() => context.heartbeat(), 50);
    try {
      await Promise.race([promise, context.cancelled]);
    } finally {
      clearInterval(timer);
    }
    return await PASSING.openPlan(order);
  };
  return { requested: merged({ openPlan }, newer), letGo: resolve };
}

const tell = (requested: Requested) => notifyMerge(stage.client, requested, ME, PATIENCE);
const releaseOf = (requested: Requested) => lookAt(stage.client, { id: releaseWorkflowId(requested) });

async function until(
  requested: Requested,
  isSo: (entry: ReleaseEntry) => boolean = ({ state }) => state === 'completed',
): Promise<ReleaseEntry> {
  return await vi.waitUntil(
    async () => {
      const entry = await releaseOf(requested);
      return entry !== undefined && isSo(entry) && entry;
    },
    { timeout: 60_000, interval: 100 },
  );
}

const describeLine = () => stage.client.workflow.getHandle(MERGES_ID).describe();
const untilLineEnded = () => stage.client.workflow.getHandle(MERGES_ID).result();
const lineNow = async (): Promise<MergeLine> =>
  MergeLine.parse((await describeLine()).memo?.[LINE_MEMO] ?? EMPTY_LINE);

describe('a merged commit', () => {
  test('is released like one that a person asks for, and the line ends with it', async () => {
    const requested = merged();
    expect(await tell(requested)).toMatchObject({ how: 'started', isSeen: true });
    const entry = await until(requested);
    await untilLineEnded();
    const description = await stage.client.workflow.getHandle(entry.id).describe();
    const byHand = merged();
    const started = await startRelease(stage.client, byHand, { isRebuild: false, by: ME });
    await until(byHand);
    const other = await stage.client.workflow.getHandle(started.id).describe();
    expect(description.type).toBe(other.type);
    expect(Object.keys(description.memo ?? {}).toSorted()).toEqual(Object.keys(other.memo ?? {}).toSorted());
    expect(description.memo?.['asked']).toMatchObject({ by: ME, asking: expect.any(String) });
    for (const [{ typedSearchAttributes }, { commit }] of [
      [description, requested],
      [other, byHand],
    ] as const) {
      expect(typedSearchAttributes.get(COMMIT_KEY)).toBe(commit);
      expect(typedSearchAttributes.get(VERSION_KEY)).toBe(VERSION);
    }
    expect(await description.staticSummary()).toBe(
      `OpenSSL ${VERSION} of ${requested.commit.slice(0, 12)}, asked for by ${ME}`,
    );
    expect(entryOf(description, new Date()).state).toBe('completed');
  });

  test('told twice is released once, while it runs and when it has ended', async () => {
    const { requested, letGo } = held();
    expect(await tell(requested)).toMatchObject({ how: 'started' });
    expect(await tell(requested)).toMatchObject({ how: 'known' });
    // The signal itself, told twice by a forge that is not sure of its answer.
    const { after: _, ...said } = requested;
    for (let times = 0; times < 3; times += 1) {
      await stage.client.workflow.getHandle(MERGES_ID).signal('merged', { ...said, by: ME });
    }
    letGo();
    const { runId } = await until(requested);
    await untilLineEnded();
    expect(await tell(requested)).toMatchObject({ how: 'known', state: 'completed' });
    expect((await until(requested)).runId).toBe(runId);
  });

  test('whose release was aborted is not begun again by the same signal, but by a person', async () => {
    const { requested, letGo } = held();
    await tell(requested);
    await vi.waitUntil(
      async () =>
        (await listReleases(stage.client, new Date())).some((one) => one.commit === requested.commit),
      {
        timeout: 20_000,
      },
    );
    await decide(stage.client, requested.commit, ABORT_UPDATE, { by: ME, reason: 'not this one' });
    letGo();
    const { runId } = await until(requested, ({ state }) => state === 'aborted');
    await untilLineEnded();
    expect(await tell(requested)).toMatchObject({ how: 'known', state: 'aborted' });
    expect((await startRelease(stage.client, requested, { isRebuild: false, by: ME })).how).toBe('started');
    expect((await until(requested)).runId).not.toBe(runId);
  });

  test('is overtaken by the release of a newer one', async () => {
    const older = merged();
    const newer = merged();
    await tell(newer);
    await until(newer);
    await untilLineEnded();
    expect(await tell({ ...older, after: [newer.commit] })).toMatchObject({
      how: 'overtaken',
      by: releaseWorkflowId(newer),
    });
    expect(await releaseOf(older)).toBeUndefined();
  });
});

describe('newer commits while a release runs', () => {
  test('queue: they wait for its end, and are released one at a time, the oldest first', async () => {
    const first = held();
    const second = held();
    const third = merged();
    expect((await tell(first.requested)).how).toBe('started');
    expect((await tell(third)).how).toBe('queued');
    expect((await tell(second.requested)).how).toBe('queued');
    expect((await tell(third)).how).toBe('known');
    expect((await lineNow()).waiting.map(({ commit }) => commit)).toEqual([
      second.requested.commit,
      third.commit,
    ]);
    first.letGo();
    await until(second.requested, ({ state }) => state === 'running');
    expect(await releaseOf(third)).toBeUndefined();
    expect((await releaseOf(first.requested))?.state).toBe('completed');
    second.letGo();
    await until(third);
    await untilLineEnded();
  });

  test('supersede: the one that runs is aborted for the newest, and those between are left out', async () => {
    const first = held();
    const between = merged();
    const newest = merged({}, 'supersede');
    await tell(first.requested);
    expect((await tell(between)).how).toBe('queued');
    await tell(newest);
    const entry = await until(first.requested, ({ state }) => state === 'aborted');
    expect(entry.status?.aborted).toMatchObject({
      by: 'operator',
      problem: { message: `${ME}: superseded by commit ${newest.commit}` },
    });
    first.letGo();
    await until(newest);
    await untilLineEnded();
    expect(await releaseOf(between)).toBeUndefined();
  });

  test('wait for a release that a person began, too', async () => {
    const byHand = held();
    await startRelease(stage.client, byHand.requested, { isRebuild: false, by: ME });
    await vi.waitUntil(async () => (await listReleases(stage.client, new Date()))[0]?.state === 'running', {
      timeout: 20_000,
    });
    const next = merged();
    expect((await tell(next)).how).toBe('queued');
    byHand.letGo();
    await until(next);
    expect((await releaseOf(byHand.requested))?.state).toBe('completed');
    await untilLineEnded();
  });

  test('join the release of the same commit that a person began', async () => {
    const { requested, letGo } = held();
    const { runId } = await startRelease(stage.client, requested, { isRebuild: false, by: 'somebody' });
    const { after: _, ...said } = requested;
    await stage.client.workflow.signalWithStart('merges', {
      workflowId: MERGES_ID,
      taskQueue: 'control',
      args: [EMPTY_LINE],
      signal: 'merged',
      signalArgs: [{ ...said, by: ME }],
    });
    await vi.waitUntil(async () => (await lineNow()).running?.commit === requested.commit, {
      timeout: 20_000,
    });
    letGo();
    await untilLineEnded();
    expect((await until(requested)).runId).toBe(runId);
  });
});

describe('the end of the line', () => {
  test('loses no signal that comes while it ends', { timeout: 200_000 }, async () => {
    const all = Array.from({ length: 12 }, () => merged());
    for (const [index, requested] of all.entries()) {
      const { after: _, ...said } = requested;
      await stage.client.workflow.signalWithStart('merges', {
        workflowId: MERGES_ID,
        taskQueue: 'control',
        args: [EMPTY_LINE],
        signal: 'merged',
        signalArgs: [{ ...said, by: ME }],
      });
      // Told again right when the release before it ends, which is when the line does.
      if (index % 2 === 0) await until(requested);
      await sleep((index * 7) % 40);
    }
    for (const requested of all) expect((await until(requested)).state).toBe('completed');
    await untilLineEnded();
    expect((await lineNow()).waiting).toEqual([]);
  });
});
