import { expect, it } from 'vitest';
import { endingOf } from '../../../client/release/ending.ts';
import type { ReleaseStatus } from '../../../domain/release/status.ts';
import { ABORTED, COMPLETED, entryOfStatus, RUNNING, statusOf } from './statuses.ts';

type Aborted = NonNullable<ReleaseStatus['aborted']>;

function abortedBy(by: Aborted['by'], code: string): ReleaseStatus {
  const problem = { code, message: 'what happened', hint: null, check: null };
  return statusOf({ state: 'aborted', aborted: { stage: 'construct', by, problem, compensations: [] } });
}

it('a completed release ends without an error', () => {
  expect(endingOf(entryOfStatus(COMPLETED))).toBeUndefined();
});

it.each([
  ['rule', 'verdict', 'FND_CHECK_FAILED', 4],
  ['rule', 'FND_DIGEST_MISMATCH', 'FND_DIGEST_MISMATCH', 5],
  ['rule', 'FND_UNPINNED', 'FND_UNPINNED', 2],
  ['rule', 'toString', 'FND_ABORTED', 4],
  ['no-operator', 'no-operator', 'FND_NO_OPERATOR', 7],
  ['operator', 'FND_UNREACHABLE', 'FND_ABORTED', 4],
  ['cancellation', 'cancelled', 'FND_ABORTED', 4],
] as const)('aborted by %s for %s ends with %s and %i', (by, code, error, exit) => {
  const ending = endingOf(entryOfStatus(abortedBy(by, code)));

  expect([ending?.code, ending?.exitCode]).toEqual([error, exit]);
  expect(ending?.message).toContain('aborted in construct by');
});

it('keeps the hint of what aborted it, else names the record', () => {
  const hinted = statusOf({
    ...ABORTED,
    aborted:
      ABORTED.aborted === null
        ? null
        : { ...ABORTED.aborted, problem: { ...ABORTED.aborted.problem, hint: 'mend it' } },
  });

  expect(endingOf(entryOfStatus(hinted))?.hint).toBe('mend it');
  expect(endingOf(entryOfStatus(ABORTED))?.hint).toContain('./foundry show 4f2d0c1b7a9e');
});

it.each(['stopped', 'unreadable'] as const)('never takes %s for a good end', (state) => {
  for (const status of [COMPLETED, RUNNING, null]) {
    const ending = endingOf(entryOfStatus(COMPLETED, { state, status }));

    expect([ending?.code, ending?.exitCode]).toEqual(['FND_NO_RECORD', 1]);
  }
});
