import { readdir, readFile } from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { workflowBundle } from '../../worker/workflow-bundle.ts';
import { HISTORIES } from './record-histories.ts';

const names = (await readdir(HISTORIES)).filter((name) => name.endsWith('.json'));
let folder: string;
let code: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-replay-'));
  ({ code } = await workflowBundle(folder));
});
afterAll(async () => await rm(folder, { recursive: true }));

async function replay(history: unknown): Promise<void> {
  await Worker.runReplayHistory({ workflowBundle: { code } }, history);
}

async function historyOf(name: string): Promise<{ events: { eventType: string }[] }> {
  return JSON.parse(await readFile(join(HISTORIES, name), 'utf8')) as { events: { eventType: string }[] };
}

test('there are histories of releases that ended in every way, and of what keeps the pins new and releases them', () => {
  expect(names.toSorted()).toEqual([
    'construct-image.json',
    'ingest-committed.json',
    'ingest-refused.json',
    'merges-queued.json',
    'merges-superseded.json',
    'release-aborted-by-operator.json',
    'release-approved-then-taken-back.json',
    'release-completed.json',
    'release-gate-failed.json',
    'release-of-two-platforms.json',
    'release-retried-by-operator.json',
    'release-self-test-failed.json',
  ]);
});

test.each(names)('today’s workflows still understand %s', async (name) => {
  await expect(replay(await historyOf(name))).resolves.toBeUndefined();
});

test('a history that today’s workflows would not have made is refused', async () => {
  const text = await readFile(join(HISTORIES, 'release-completed.json'), 'utf8');
  const changed = text.replace('"name":"auditPlan"', '"name":"somethingElse"');
  expect(changed).not.toBe(text);
  await expect(replay(JSON.parse(changed))).rejects.toBeInstanceOf(DeterminismViolationError);
});
