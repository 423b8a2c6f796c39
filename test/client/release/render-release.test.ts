import { readFile } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { AwaitedQueue } from '../../../client/release/awaited-queues.ts';
import { renderList, renderRelease } from '../../../client/release/render-release.ts';
import type { WithdrawalStatus } from '../../../domain/withdrawal/contract.ts';
import {
  ABORTED,
  COMPLETED,
  entryOfStatus,
  RUNNING,
  statusOf,
  WAITING,
  WAITING_FOR_APPROVAL,
} from './statuses.ts';

const UI = 'http://127.0.0.1:8233/namespaces/default/workflows/release';
const AWAITED: readonly AwaitedQueue[] = [
  { queue: 'build-amd64', work: 1, isServed: true, lastPolledAt: '2026-11-22T08:09:58.120Z' },
  { queue: 'build-arm64', work: 4, isServed: false, lastPolledAt: null },
  { queue: 'control', work: 0, isServed: false, lastPolledAt: '2026-11-22T08:06:00.420Z' },
];
const golden = async (name: string): Promise<string> =>
  (await readFile(new URL(`../../golden/release/${name}.txt`, import.meta.url), 'utf8')).trimEnd();

describe('a release as text', () => {
  it.each([
    ['running', RUNNING],
    ['waiting', WAITING],
    ['waiting-for-approval', WAITING_FOR_APPROVAL],
    ['aborted', ABORTED],
    ['completed', COMPLETED],
  ])('%s', async (name, status) => {
    expect(renderRelease(entryOfStatus(status), UI, false)).toBe(await golden(name));
  });

  it('waits for workers', async () => {
    const text = renderRelease(entryOfStatus(RUNNING), UI, false, AWAITED);

    expect(text).toBe(await golden('waiting-for-workers'));
  });

  it('paints the marks and nothing else', () => {
    const painted = renderRelease(entryOfStatus(ABORTED), UI, true);

    expect(painted).toContain('\u001B[31m✗\u001B[39m self-test');
    expect(painted).toContain('\u001B[32m✓\u001B[39m audit');
    expect(stripVTControlCharacters(painted)).toBe(renderRelease(entryOfStatus(ABORTED), UI, false));
  });

  it('says of a workflow that was ended from outside that nothing was taken back', () => {
    const text = renderRelease(
      entryOfStatus(RUNNING, { state: 'stopped', endedAt: '2026-11-22T08:01:00.000Z' }),
      UI,
      false,
    );

    expect(text).toContain('state    ✗ stopped');
    expect(text).toContain('nothing says that what it did was taken back');
  });

  it('says of a release without a record what is not known', () => {
    const entry = entryOfStatus(RUNNING, { state: 'queued', status: null, stage: null });

    expect(renderRelease(entry, UI, false)).toContain('It waits for a worker to take it up: `./foundry up`');
    expect(renderRelease({ ...entry, state: 'unreadable' }, UI, false)).toContain(
      'how it ended is not known',
    );
  });

  it('says of an aborted release that there was nothing to take back', () => {
    const { aborted } = ABORTED;
    const status = statusOf({
      state: 'aborted',
      aborted: aborted === null ? null : { ...aborted, compensations: [] },
    });

    expect(renderRelease(entryOfStatus(status), UI, false)).toContain('there was nothing to take back');
  });
});

describe('the list of releases', () => {
  it('has one line for each', async () => {
    const entries = [RUNNING, WAITING, ABORTED, COMPLETED].map((status) => entryOfStatus(status));

    expect(renderList(entries, [], false)).toBe(await golden('list'));
  });

  it('names the queues that nobody serves, of what was not withdrawn', () => {
    const entry = entryOfStatus(RUNNING);
    const listed = renderList([entry], [], false, new Map([[entry.runId, AWAITED]]));

    expect(listed).toMatch(/^! no worker on build-arm64, control +3\.5\.7 /m);
    expect(renderList([entry], [], false, new Map([[entry.runId, AWAITED.slice(0, 1)]]))).toMatch(
      /^› running +3\.5\.7 /m,
    );
  });

  it('says of what was withdrawn that it was, whole or in part', () => {
    const { version, commit } = COMPLETED;
    const withdrawal: WithdrawalStatus = {
      schemaVersion: 1,
      version,
      commit,
      variant: 'distroless',
      by: 'somebody',
      reason: 'why',
      state: 'completed',
      images: [],
      withdrawnAt: '2026-11-22T09:00:00.000Z',
      replacement: null,
      tags: [],
      left: [],
      statement: null,
    };
    const entry = entryOfStatus(COMPLETED);
    const listed = (...all: WithdrawalStatus[]): string => renderList([entry], all, false);

    expect(listed(withdrawal)).toContain('✗ withdrawn in part');
    expect(listed(withdrawal, { ...withdrawal, variant: null })).toMatch(/✗ withdrawn +3\.5\.7/);
    expect(listed({ ...withdrawal, commit: 'f'.repeat(40) })).toContain('✓ completed');
  });

  it('tells how to make the first one', () => {
    expect(renderList([], [], false)).toBe('no release yet: make one with `./foundry release`');
  });
});
