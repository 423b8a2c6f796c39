import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseHistory } from '../../../adapters/temporal-history/parse-history.ts';

const HISTORIES = join(import.meta.dirname, '../../golden/histories');
const EXECUTION = { workflowId: 'release-1', runId: 'run-1' };

async function history(name: string): Promise<{ events: Record<string, unknown>[] }> {
  return JSON.parse(await readFile(join(HISTORIES, name), 'utf8')) as { events: Record<string, unknown>[] };
}

describe('a history as the server recorded it', () => {
  test('names the workflow, what was asked of it, and the workflows that it started', async () => {
    const run = parseHistory(await history('release-completed.json'), EXECUTION);
    expect(run).toMatchObject({ type: 'release', taskQueue: 'control', parent: null, execution: EXECUTION });
    expect(run.order).toMatchObject({ version: '3.5.7', isRebuild: false });
    expect(new Set(run.children.map(({ workflowId }) => workflowId.replace(/^.*amd64-/, '')))).toEqual(
      new Set(['construct', 'self-test']),
    );
    expect(run.activities.every(({ workflow }) => workflow.type === 'release')).toBe(true);
  });

  test('has each activity with its queue, its order, its result and its times', async () => {
    const { activities } = parseHistory(await history('release-completed.json'), EXECUTION);
    const [plan] = activities;
    expect(plan).toMatchObject({ name: 'openPlan', taskQueue: 'ingest', state: 'completed' });
    expect(plan?.order).toMatchObject({ version: '3.5.7' });
    expect(plan?.result).toMatchObject({ variants: ['standard', 'distroless', 'development'] });
    const times = [plan?.scheduledAt, plan?.startedAt, plan?.finishedAt].map((time) => time ?? '');
    expect(times.toSorted((a, b) => a.localeCompare(b))).toEqual(times);
    expect(new Set(times.map(({ length }) => length))).toEqual(new Set(['2026-11-22T12:00:00.000Z'.length]));
  });

  test('has the parent of a child', async () => {
    const { parent, type, activities } = parseHistory(await history('construct-image.json'), EXECUTION);
    expect(type).toBe('constructImage');
    expect(parent?.workflowId).toMatch(/^release-3\.5\.7-/);
    expect(activities.map(({ name }) => name)).toEqual([
      'composeImage',
      'composeImage',
      'compareImages',
      'finishImage',
    ]);
  });

  test('has what failed as failed, and what an operator said', async () => {
    const { activities, updates } = parseHistory(
      await history('release-retried-by-operator.json'),
      EXECUTION,
    );
    const ingests = activities.filter(({ name }) => name === 'ingest');
    expect(ingests.map(({ state, result }) => [state, result === undefined])).toEqual([
      ['failed', true],
      ['completed', false],
    ]);
    expect(updates).toMatchObject([{ name: 'retry', said: { by: 'me', reason: 'mended' } }]);
  });
});

describe('no history is', () => {
  const refused = (json: unknown): unknown => {
    try {
      return parseHistory(json, EXECUTION);
    } catch (error) {
      return error;
    }
  };
  const BAD = expect.objectContaining({
    code: 'FND_BAD_DATA',
    message: expect.stringContaining('the history of release-1 (run run-1)'),
  });

  test('something else, or one without its beginning', async () => {
    expect(refused({})).toEqual(BAD);
    expect(refused({ events: [] })).toEqual(BAD);
    const { events } = await history('release-completed.json');
    expect(refused({ events: events.slice(1) })).toEqual(BAD);
  });

  test('one whose payloads are not plain JSON', async () => {
    const text = JSON.stringify(await history('release-completed.json'));
    const encoding = (name: string): string => Buffer.from(name).toString('base64');
    expect(refused(JSON.parse(text.replace(encoding('json/plain'), encoding('binary/encrypted'))))).toEqual(
      BAD,
    );
    expect(refused(JSON.parse(text.replace(/"data":"[^"]+"/, '"data":"eA=="')))).toEqual(BAD);
  });

  test('one in which something completes that was never scheduled', async () => {
    const { events } = await history('release-completed.json');
    const without = events.filter((event) => !('activityTaskScheduledEventAttributes' in event));
    expect(refused({ events: without })).toEqual(BAD);
  });
});
