import { TypedSearchAttributes } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { entryOf, type Execution, isOpen } from '../../../client/release/release-entry.ts';
import { COMMIT_KEY, VERSION_KEY } from '../../../domain/release/search-attributes.ts';
import { ABORTED, COMMIT, COMPLETED, RUNNING, STARTED } from './statuses.ts';

type Name = Execution['status']['name'];

const NOW = new Date('2026-11-22T08:01:00.000Z');

function execution(name: Name, memo: unknown, hasEnded = name !== 'RUNNING'): Execution {
  return {
    workflowId: `release-3.5.7-${COMMIT}`,
    runId: 'run',
    status: { code: 1, name },
    startTime: new Date(STARTED),
    ...(hasEnded ? { closeTime: new Date('2026-11-22T08:00:30.000Z') } : {}),
    ...(memo === undefined ? {} : { memo: { status: memo } }),
    typedSearchAttributes: new TypedSearchAttributes([
      { key: COMMIT_KEY, value: COMMIT },
      { key: VERSION_KEY, value: '3.5.7' },
    ]),
  };
}

describe('a release from its workflow', () => {
  it.each([
    ['RUNNING', RUNNING, 'running'],
    ['RUNNING', { ...ABORTED, state: 'aborting' }, 'aborting'],
    ['COMPLETED', COMPLETED, 'completed'],
    ['FAILED', ABORTED, 'aborted'],
    // What the record says does not count where the workflow ended in another way.
    ['TERMINATED', RUNNING, 'stopped'],
    ['TERMINATED', COMPLETED, 'stopped'],
    ['TIMED_OUT', RUNNING, 'stopped'],
    ['CANCELLED', RUNNING, 'stopped'],
    ['COMPLETED', RUNNING, 'unreadable'],
    ['FAILED', COMPLETED, 'unreadable'],
    ['FAILED', RUNNING, 'unreadable'],
    // Without a record nothing is known.
    ['RUNNING', undefined, 'queued'],
    ['COMPLETED', undefined, 'unreadable'],
    ['RUNNING', { schemaVersion: 2 }, 'unreadable'],
  ] as const)('%s with a record %#: %s', (name, memo, state) => {
    expect(entryOf(execution(name, memo), NOW).state).toBe(state);
  });

  it('is known by its search attributes before a worker has taken it up', () => {
    expect(entryOf(execution('RUNNING', undefined), NOW)).toEqual({
      id: `release-3.5.7-${COMMIT}`,
      runId: 'run',
      version: '3.5.7',
      commit: COMMIT,
      state: 'queued',
      stage: null,
      startedAt: STARTED,
      endedAt: null,
      seconds: 60,
      status: null,
    });
  });

  it('has taken the time to its end', () => {
    const entry = entryOf(execution('COMPLETED', COMPLETED), NOW);

    expect([entry.seconds, isOpen(entry), entry.stage]).toEqual([30, false, 'publish']);
  });
});
