import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveDirectories } from '../../../adapters/directories/directories.ts';
import type { ScheduleEntry } from '../../../adapters/temporal-schedules/schedules.ts';
import { type IngestRunInfo, judgeLooks, whyLeft } from '../../../client/ingest/left-to-schedule.ts';
import type { IngestStatus } from '../../../domain/ingest/status.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const WITHIN = { now: NOW, withinMs: 3 * 3_600_000 };

const SCHEDULE: ScheduleEntry = {
  id: 'ingest',
  what: 'look for news',
  every: { ms: 3_600_000, by: null },
  isPaused: false,
  note: null,
  nextAt: null,
  lastAt: null,
  taken: 1,
  missed: 0,
};

function run(
  minutesAgo: number,
  outcome: IngestStatus['outcome'],
  name: IngestRunInfo['status']['name'] = 'COMPLETED',
): IngestRunInfo {
  const status: IngestStatus = {
    schemaVersion: 1,
    startedAt: '2026-11-22T11:00:00Z',
    endedAt: null,
    outcome,
    commit: null,
    pullRequest: null,
    news: [],
    bumps: [],
    waiting: [],
    alarms: [],
    problem: null,
  };
  return {
    startTime: new Date(NOW.getTime() - minutesAgo * 60_000),
    memo: { status },
    status: { code: 0, name },
  };
}

const judge = (runs: readonly IngestRunInfo[], schedule: ScheduleEntry | null = SCHEDULE): string => {
  const { isLeft, because } = judgeLooks({ schedule, runs }, WITHIN);
  return `${isLeft ? 'left' : 'not left'}: ${because}`;
};

describe('what somebody beside Temporal leaves to its schedule', () => {
  it.each(['nothing-new', 'unchanged', 'committed', 'proposed', 'refused'] as const)(
    'is all, when a look of the last hours came to %s',
    (outcome) => {
      expect(judge([run(61, outcome)])).toBe(`left: the look that began 1h 1m ago came to: ${outcome}`);
    },
  );

  it('is all while a look goes on', () => {
    expect(judge([run(5, null, 'RUNNING'), run(65, 'unchanged')])).toBe(
      'left: the look that began 5m 0s ago goes on',
    );
  });

  it('is all while a person keeps the schedule paused', () => {
    expect(judge([], { ...SCHEDULE, isPaused: true, note: 'ana: release freeze' })).toBe(
      'left: it is paused (ana: release freeze)',
    );
  });

  it.each([
    ['is too long ago', run(181, 'nothing-new')],
    ['goes on since too long ago', run(181, null, 'RUNNING')],
    ['reached nobody', run(30, 'unreachable')],
    ['failed', run(30, null, 'FAILED')],
    ['was ended from outside', run(30, 'unchanged', 'TERMINATED')],
    ['said nothing', { ...run(30, null), memo: {} }],
  ])('is nothing when the only look %s', (_case, look) => {
    expect(judge([look])).toBe('not left: no look came to its end in the last 3h 0m');
  });

  it('is nothing without a schedule', () => {
    expect(judge([], null)).toBe('not left: no look came to its end in the last 3h 0m');
  });

  it('is nothing when Temporal was never started, and when it gives no answer', async () => {
    const state = await mkdtemp(join(tmpdir(), 'foundry-no-temporal-'));
    const directories = () => resolveDirectories({ HOME: state }, { stateDir: state });
    const { signal } = new AbortController();
    try {
      await expect(whyLeft({ directories, environment: {}, signal }, WITHIN.withinMs)).resolves.toMatchObject(
        {
          isLeft: false,
          because: expect.stringContaining('no services run'),
        },
      );
      const environment = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
      await expect(whyLeft({ directories, environment, signal }, WITHIN.withinMs)).resolves.toMatchObject({
        isLeft: false,
        because: expect.stringContaining('gives no answer'),
      });
    } finally {
      await rm(state, { recursive: true });
    }
  });
});
