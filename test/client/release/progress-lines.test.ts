import { describe, expect, it } from 'vitest';
import { liveLines } from '../../../client/release/live-lines.ts';
import { progressLines, underWayLine } from '../../../client/release/progress-lines.ts';
import { plainProgress } from '../../../client/release/progress.ts';
import type { UnderWay } from '../../../client/release/under-way.ts';
import { readFileSync } from 'node:fs';
import { ABORTED, COMPLETED, entryOfStatus, RUNNING, statusOf, WAITING } from './statuses.ts';

const NOW = new Date('2026-11-22T08:03:00.000Z');
const BUILD: UnderWay = {
  name: 'provider by builder b (linux/amd64)',
  attempt: 2,
  startedAt: new Date('2026-11-22T08:02:00.000Z'),
  queue: 'build-amd64',
  said: 'make: 512 of 900 files',
  lastFailure: 'the worker ends',
};
const QUEUED: UnderWay = {
  name: 'compare provider',
  attempt: 1,
  startedAt: null,
  queue: 'build-arm64',
  said: null,
  lastFailure: null,
};

describe('the steps between two looks', () => {
  it('are all that happened when there was no look before', () => {
    expect(progressLines(null, RUNNING)).toEqual([
      'audit begins',
      'audit: plan pass after 2.2 s: commit 4f2d0c1b7a9e8d6c5b4a39281706f5e4d3c2b1a0',
      'audit: infrastructure pass after 35.3 s',
      'audit pass after 37.5 s',
      'ingest begins',
      'ingest: pinned bytes pass after 12.3 s',
      'ingest pass after 12.3 s',
      'construct begins',
      'construct: provider by builder a (linux/amd64) pass after 1m 11s: built in 70 s, without a network',
      'construct: provider by builder b (linux/amd64) begins',
    ]);
  });

  it('are none when nothing happened', () => {
    for (const status of [RUNNING, WAITING, ABORTED, COMPLETED]) {
      expect(progressLines(status, structuredClone(status))).toEqual([]);
    }
  });

  it('say why a release waits and why it was aborted, once', () => {
    expect(progressLines(RUNNING, WAITING).at(-1)).toBe(
      'ingest waits for an operator until 2026-11-22T20:00:00.000Z: http://127.0.0.1:1/os gives no answer',
    );
    const aborting = { ...ABORTED, state: 'aborting' } as const;
    expect(progressLines(RUNNING, aborting).at(-1)).toMatch(
      /^aborting in self-test by the rules of the foundry: kat/,
    );
    expect(progressLines(aborting, ABORTED)).toEqual([
      'aborted in self-test by the rules of the foundry: kat.SHA2-256 fail: SHA2-256 known answer: expected 2cf24d…',
    ]);
  });

  it('begin anew with every attempt', () => {
    const again = statusOf({
      stages: WAITING.stages.map((stage) =>
        stage.stage === 'ingest' ? { ...stage, state: 'running', attempts: 3 } : stage,
      ),
    });

    expect(progressLines(WAITING, again)).toEqual([
      'ingest begins again (attempt 3)',
      'ingest: pinned bytes not-run after 3.0 s: http://127.0.0.1:1/os gives no answer',
    ]);
  });
});

describe('what is under way', () => {
  it('is named with its heartbeat, its time and why it is tried again', () => {
    expect(underWayLine(BUILD, NOW)).toBe(
      'provider by builder b (linux/amd64): make: 512 of 900 files (1m 00s, attempt 2 after: the worker ends)',
    );
  });

  it('names the queue that no worker serves', () => {
    expect(underWayLine(QUEUED, NOW)).toBe('compare provider: waits for a worker on build-arm64');
  });

  it('is told every half minute on plain lines', () => {
    const lines: string[] = [];
    const progress = plainProgress((line) => lines.push(line));
    const look = { entry: entryOfStatus(RUNNING), underWay: [QUEUED] };
    for (const second of [0, 29, 30, 59, 60]) progress.update(look, new Date(NOW.getTime() + second * 1000));

    expect(lines.filter((line) => line.startsWith('compare provider'))).toHaveLength(2);
    expect(lines.filter((line) => line === 'audit begins')).toHaveLength(1);
  });

  it('stands below the stages on a terminal', () => {
    const golden = readFileSync(new URL('../../golden/release/live.txt', import.meta.url), 'utf8');

    expect(liveLines(entryOfStatus(RUNNING, { seconds: 180 }), [BUILD, QUEUED], NOW)).toEqual(
      golden.trimEnd().split('\n'),
    );
  });

  it('is one line while no worker has taken the release up', () => {
    const entry = entryOfStatus(RUNNING, { state: 'queued', status: null, seconds: 3 });

    expect(liveLines(entry, [], NOW)).toEqual([
      'release 3.5.7 of 4f2d0c1b7a9e: queued, 3.0 s',
      'Ctrl-C leaves; the release goes on.',
    ]);
  });
});
