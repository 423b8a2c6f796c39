import { describe, expect, it } from 'vitest';
import { lookOf, type WatchRun } from '../../../client/watch/newest-look.ts';
import type { WatchStatus } from '../../../domain/watch/status.ts';
import { notLooked } from '../../../domain/watch/watched.ts';

const WATCHED = notLooked({ what: 'the look', code: 'X', message: 'y' }, undefined);

function run(hour: number, name: WatchRun['status']['name'], memo?: Partial<WatchStatus>): WatchRun {
  const startTime = new Date(Date.UTC(2026, 10, 22, hour));
  const status: WatchStatus = {
    schemaVersion: 1,
    startedAt: startTime.toISOString(),
    endedAt: null,
    watched: WATCHED,
    record: null,
    told: null,
    ingest: null,
    ...memo,
  };
  return {
    runId: `run-${hour}`,
    startTime,
    status: { code: 1, name },
    ...(memo === undefined ? {} : { memo: { status } }),
  };
}

describe('the look that counts', () => {
  it('is none when there was none', () => {
    expect(lookOf([])).toBeUndefined();
  });

  it('is the newest, whatever the order of the list', () => {
    const look = lookOf([
      run(1, 'COMPLETED', {}),
      run(3, 'COMPLETED', { ingest: 'joined' }),
      run(2, 'COMPLETED', {}),
    ]);
    expect(look).toEqual({
      runId: 'run-3',
      at: '2026-11-22T03:00:00.000Z',
      watched: WATCHED,
      ingest: 'joined',
    });
  });

  it('is the one before while the newest has not looked yet, and the newest as soon as it has', () => {
    const before = run(1, 'COMPLETED', {});
    expect(lookOf([before, run(2, 'RUNNING')])).toMatchObject({ runId: 'run-1' });
    expect(lookOf([before, run(2, 'RUNNING', {})])).toMatchObject({ runId: 'run-2' });
    expect(lookOf([run(2, 'RUNNING')])).toMatchObject({ runId: 'run-2', watched: null });
  });

  it.each(['TERMINATED', 'FAILED', 'CANCELLED', 'COMPLETED'] as const)(
    'is unknown when the newest ended as %s without a word',
    (name) => {
      expect(lookOf([run(1, 'COMPLETED', {}), run(2, name)])).toMatchObject({
        runId: 'run-2',
        watched: { exposure: 'unknown', problems: [{ code: name.toLowerCase() }] },
      });
    },
  );
});
