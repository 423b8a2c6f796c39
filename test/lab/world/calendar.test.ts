import { describe, expect, it } from 'vitest';
import { LAST_DAY, planOfDay } from '../../../lab/world/calendar.ts';

describe('the days of the lab', () => {
  it('go as the documentation says', () => {
    const days = Array.from({ length: LAST_DAY + 1 }, (_, day) => planOfDay(day));

    expect(days.map((day) => day.title)).toEqual([
      'an ordinary day',
      'a patched library package',
      'a new base image',
      'a new OpenSSL core release',
      'a vulnerability without a fix',
      'an index with a bad signature',
      'a source that changed',
      'upstream is down',
      'upstream answers are cut short',
      'well again',
    ]);
  });

  it('end well: the last day has everything and nothing broken', () => {
    expect(planOfDay(LAST_DAY)).toMatchObject({
      patchedLibrary: true,
      baseImageGeneration: 1,
      newestCoreIsOut: true,
      unfixedVulnerability: true,
      badIndexSignature: false,
      changedSource: false,
      outage: null,
    });
  });

  it.each([-1, 0.5, LAST_DAY + 1])('has no day %d', (day) => {
    expect(() => planOfDay(day)).toThrow(RangeError);
  });
});
