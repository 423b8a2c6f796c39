import { describe, expect, it } from 'vitest';
import { type CoreDecision, decideOnCore } from '../../../../activities/ingest/news/core-news.ts';
import type { OpensslAdvisory } from '../../../../adapters/openssl-advisories/advisories.ts';
import { samplePins } from '../../../domain/pins/sample-pins.ts';
import { NOW } from '../fake-run.ts';
import { DAY_MS } from './records.ts';

const PATIENCE = { cooldownMs: 3 * DAY_MS, now: NOW };
/** In 3.5.7, which is pinned; fixed in 3.5.8. */
const FIXED: OpensslAdvisory = {
  cve: 'CVE-2026-0001',
  severity: 'low',
  published: NOW,
  affected: [{ from: '3.5.0', before: '3.5.8', through: undefined }],
  text: '',
};
const UNFIXED: OpensslAdvisory = {
  ...FIXED,
  cve: 'CVE-2026-0002',
  affected: [{ from: '3.5.0', before: '*', through: undefined }],
};

function decided(releases: Readonly<Record<string, number>>, ...advisories: OpensslAdvisory[]): CoreDecision {
  const list = Object.entries(releases).map(([version, daysAgo]) => ({
    version,
    published: new Date(NOW.getTime() - daysAgo * DAY_MS),
    notes: `https://example.com/${version}`,
    sha256: undefined,
  }));
  const advice = { feed: new Map(), advisories, releases: list, databaseMade: null };
  return decideOnCore(samplePins(), advice, PATIENCE);
}

describe('of the releases of the core', () => {
  it('the newest of its line that is old enough is taken', () => {
    const { taken, waiting } = decided({ '3.5.10': 4, '3.5.8': 30, '3.5.9': 9, '3.6.1': 30, '3.4.9': 1 });

    expect([taken?.release.version, waiting]).toEqual(['3.5.10', null]);
  });

  it('no other line, no older one and not the pinned one is', () => {
    expect(decided({ '3.5.6': 90, '3.5.7': 90, '3.6.0': 90, '4.0.0': 90, '3.50.1': 90 })).toEqual({
      taken: null,
      waiting: null,
    });
  });

  it('one that fixes something is taken at once, and the one after it waits', () => {
    const { taken, waiting } = decided({ '3.5.8': 0, '3.5.9': 0 }, FIXED, UNFIXED);

    expect(taken).toMatchObject({ release: { version: '3.5.8' }, fixes: ['CVE-2026-0001'] });
    expect(waiting).toMatchObject({ bump: { to: '3.5.9' }, why: 'cooldown' });
  });

  it('one that fixes nothing waits, also where there is a vulnerability that nobody fixes', () => {
    expect(decided({ '3.5.8': 1 }, UNFIXED)).toMatchObject({
      taken: null,
      waiting: { bump: { from: '3.5.7', to: '3.5.8', reason: 'newer', notes: 'https://example.com/3.5.8' } },
    });
  });
});
