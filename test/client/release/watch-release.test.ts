import { describe, expect, it } from 'vitest';
import type { Look, Progress } from '../../../client/release/progress.ts';
import { type Watch, watchRelease } from '../../../client/release/watch-release.ts';
import { FoundryError } from '../../../domain/errors.ts';
import type { ReleaseStatus } from '../../../domain/release/status.ts';
import { COMMIT, COMPLETED, entryOfStatus, RUNNING, WAITING } from './statuses.ts';

interface Watched extends Progress {
  readonly states: string[];
  readonly said: string[];
  isClosed: boolean;
}

function watched(): Watched {
  const seen: Watched = {
    states: [],
    said: [],
    isClosed: false,
    update: ({ entry }) => seen.states.push(entry.state),
    say: (message) => seen.said.push(message),
    close: () => {
      seen.isClosed = true;
    },
  };
  return seen;
}

/** Looks that show one status after the other; an error is thrown. */
function looks(...steps: (ReleaseStatus | Error)[]): () => Promise<Look> {
  return async () => {
    const step = steps.length > 1 ? steps.shift() : steps[0];
    if (step === undefined || step instanceof Error) throw step ?? new Error('no step');
    return await Promise.resolve({ entry: entryOfStatus(step), underWay: [] });
  };
}

function watch(progress: Progress, change: Partial<Watch>): Watch {
  return {
    look: looks(COMPLETED),
    progress,
    staysForOperator: false,
    signal: new AbortController().signal,
    pauseMs: 1,
    patienceMs: 1000,
    ...change,
  };
}

const UNREACHABLE = new FoundryError('FND_UNREACHABLE', 'Temporal gives no answer');

describe('waiting for a release', () => {
  it('shows every look until it has ended', async () => {
    const progress = watched();
    const entry = await watchRelease(watch(progress, { look: looks(RUNNING, RUNNING, COMPLETED) }));

    expect(entry.state).toBe('completed');
    expect(progress.states).toEqual(['running', 'running', 'completed']);
    expect(progress.isClosed).toBe(true);
  });

  it('ends with FND_WAITING and the two commands when an operator is needed and nobody stays', async () => {
    const progress = watched();
    const waiting = watchRelease(watch(progress, { look: looks(RUNNING, WAITING) }));

    await expect(waiting).rejects.toMatchObject({
      code: 'FND_WAITING',
      exitCode: 8,
      message: expect.stringContaining(
        'until 2026-11-22T20:00:00.000Z: http://127.0.0.1:1/os gives no answer',
      ) as string,
      hint: expect.stringMatching(/foundry retry 4f2d0c1b7a9e.*foundry abort 4f2d0c1b7a9e/) as string,
    });
    expect(progress.isClosed).toBe(true);
  });

  it('says once that it waits for an operator, and again when it waits anew', async () => {
    const progress = watched();
    const later = {
      ...WAITING,
      waiting: WAITING.waiting && { ...WAITING.waiting, until: '2026-11-23T08:00:00.000Z' },
    };
    const look = looks(WAITING, WAITING, RUNNING, later, later, COMPLETED);
    await watchRelease(watch(progress, { look, staysForOperator: true }));

    expect(progress.said.filter((line) => line.includes('waits for an operator'))).toEqual([
      'ingest waits for an operator until 2026-11-22T20:00:00.000Z, then the release aborts',
      'ingest waits for an operator until 2026-11-23T08:00:00.000Z, then the release aborts',
    ]);
  });

  it('leaves on the signal, and says how to come back', async () => {
    const controller = new AbortController();
    const progress = watched();
    const left = watchRelease(
      watch(
        { ...progress, update: () => controller.abort() },
        { look: looks(RUNNING), signal: controller.signal },
      ),
    );

    await expect(left).rejects.toMatchObject({
      code: 'FND_INTERRUPTED',
      exitCode: 130,
      message: 'left; the release goes on',
      hint: expect.stringContaining(`./foundry release --commit ${COMMIT}`) as string,
    });
  });

  it('waits out a server that is away for a while', async () => {
    const progress = watched();
    const entry = await watchRelease(
      watch(progress, { look: looks(RUNNING, UNREACHABLE, UNREACHABLE, COMPLETED) }),
    );

    expect(entry.state).toBe('completed');
    expect(progress.said).toEqual(['Temporal gives no answer; the release goes on when it is back']);
  });

  it('gives up on a server that stays away', async () => {
    const given = watchRelease(watch(watched(), { look: looks(UNREACHABLE), patienceMs: 20 }));

    await expect(given).rejects.toBe(UNREACHABLE);
  });

  it('ends with any other error at once', async () => {
    const bug = new TypeError('a bug');

    await expect(watchRelease(watch(watched(), { look: looks(RUNNING, bug, COMPLETED) }))).rejects.toBe(bug);
  });
});
