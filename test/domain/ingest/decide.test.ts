import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Candidate,
  cvesAmong,
  decide,
  isOldEnough,
  oldEnoughAt,
} from '../../../domain/ingest/decide.ts';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-06-10T12:00:00Z');
const PATIENCE = { cooldownMs: 3 * DAY_MS, now: NOW };

function candidate(daysAgo: number | null, ...fixes: string[]): Candidate {
  return { since: daysAgo === null ? null : new Date(NOW.getTime() - daysAgo * DAY_MS), fixes };
}

const candidates = fc.array(
  fc
    .tuple(
      fc.option(fc.integer({ min: -5, max: 30 })),
      fc.uniqueArray(fc.constantFrom('CVE-1', 'CVE-2', 'CVE-3')),
    )
    .map(([age, fixes]) => candidate(age, ...fixes)),
  { maxLength: 6 },
);

describe('what is decided of news', () => {
  it('takes what is old enough and lets the rest wait', () => {
    const [old, young] = [candidate(3), candidate(2)];

    expect(decide([old, young], PATIENCE)).toEqual({ admitted: [old], waiting: young });
    expect(oldEnoughAt(young, PATIENCE)).toEqual(new Date('2026-06-11T12:00:00Z'));
  });

  it('takes a fix at once, and not what comes after it and fixes nothing more', () => {
    const fix = candidate(1, 'CVE-1');
    const next = candidate(0, 'CVE-1');

    expect(decide([fix, next], PATIENCE)).toEqual({ admitted: [fix], waiting: next });
    expect(decide([fix, candidate(0, 'CVE-1', 'CVE-2')], PATIENCE).waiting).toBeUndefined();
  });

  it('believes neither news without an age nor news from the future', () => {
    expect(decide([candidate(null), candidate(-1)], PATIENCE).admitted).toEqual([]);
    expect(oldEnoughAt(candidate(null), PATIENCE)).toBeNull();
  });

  it('decides on nothing where there is nothing', () => {
    expect(decide([], PATIENCE)).toEqual({ admitted: [], waiting: undefined });
  });

  it('admits only what is old enough or fixes something, in the order it came', () => {
    fc.assert(
      fc.property(candidates, (all) => {
        const { admitted } = decide(all, PATIENCE);
        expect(all.filter((one) => admitted.includes(one))).toEqual(admitted);
        for (const one of admitted) expect(one.fixes.length > 0 || isOldEnough(one, PATIENCE)).toBe(true);
      }),
    );
  });

  it('leaves no vulnerability open for which there is a fix', () => {
    fc.assert(
      fc.property(candidates, (all) => {
        const fixed = new Set(decide(all, PATIENCE).admitted.flatMap(({ fixes }) => fixes));
        for (const id of all.flatMap(({ fixes }) => fixes)) expect(fixed).toContain(id);
      }),
    );
  });

  it('lets the newest wait, or takes it', () => {
    fc.assert(
      fc.property(candidates, (all) => {
        const { admitted, waiting } = decide(all, PATIENCE);
        expect(waiting ?? admitted.at(-1)).toBe(all.at(-1));
        expect(admitted.filter((one) => one === waiting)).toEqual([]);
      }),
    );
  });

  it('takes everything once the cooldown is over', () => {
    fc.assert(
      fc.property(candidates, (all) => {
        const later = { ...PATIENCE, now: new Date(NOW.getTime() + 9 * DAY_MS) };
        const dated = all.filter(({ since }) => since !== null);
        expect(decide(dated, later).admitted).toEqual(dated);
      }),
    );
  });
});

it('knows the CVEs among other ids', () => {
  expect(cvesAmong(['GHSA-xxxx', 'CVE-2026-0002', 'CVE-2026-0001', 'CVE-2026-0002'])).toEqual([
    'CVE-2026-0001',
    'CVE-2026-0002',
  ]);
});
