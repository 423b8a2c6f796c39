import { expect, it } from 'vitest';
import { overtakerOf } from '../../../client/merge/notify-merge.ts';
import type { ReleaseEntry } from '../../../client/release/release-entry.ts';

const OLD = 'a'.repeat(40);
const NEW = 'b'.repeat(40);

function entry(commit: string, state: ReleaseEntry['state'], isOpen = false): ReleaseEntry {
  return {
    id: `release-3.5.7-${commit}`,
    runId: 'run',
    version: '3.5.7',
    commit,
    state,
    stage: null,
    startedAt: '2026-11-22T00:00:00.000Z',
    endedAt: isOpen ? null : '2026-11-22T01:00:00.000Z',
    seconds: 3600,
    status: null,
  };
}

it('a commit is overtaken by a release of a newer one that completed or runs', () => {
  expect(overtakerOf([entry(NEW, 'completed')], [NEW])?.commit).toBe(NEW);
  expect(overtakerOf([entry(NEW, 'waiting', true)], [NEW])?.commit).toBe(NEW);
});

it('no release that was aborted, stopped, or is of an older commit overtakes it', () => {
  expect(overtakerOf([entry(NEW, 'aborted'), entry(NEW, 'stopped')], [NEW])).toBeUndefined();
  expect(overtakerOf([entry(OLD, 'completed')], [NEW])).toBeUndefined();
});
