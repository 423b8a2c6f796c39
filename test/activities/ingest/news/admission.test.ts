import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAdmission, type Pins } from '../../../../activities/ingest/news/admission.ts';
import type { IndexRecord } from '../../../../adapters/apk/index-record.ts';
import { compareApkVersions, parseApkVersion } from '../../../../adapters/apk/version.ts';
import { readSecurityFeed } from '../../../../adapters/security-feed/security-feed.ts';
import { NOW } from '../fake-run.ts';
import { DAY_MS, record } from './records.ts';

const PATIENCE = { cooldownMs: 3 * DAY_MS, now: NOW };
const FEED = readSecurityFeed(
  JSON.stringify({ packages: [{ pkg: { name: 'zlib', secfixes: { '1-r2': ['CVE-2026-0001'] } } }] }),
  'the feed',
);
const admission = createAdmission(FEED, PATIENCE);

function admitted(records: readonly IndexRecord[], pinned: Pins): string[] {
  return admission.admit(records, pinned).map(({ version }) => version);
}

describe('of a package that is pinned', () => {
  it('its version and what is above it and old enough may be taken, and nothing below it', () => {
    const records = [record('bash', '1-r0', 90), record('bash', '1-r1', 60), record('bash', '1-r2', 3)];

    expect(admitted([...records, record('bash', '1-r3', 2)], { bash: '1-r1' })).toEqual(['1-r1', '1-r2']);
  });

  it('a young version may be taken when it fixes something, by the name of its source', () => {
    const records = [record('libz', '1-r1', 60, 'zlib'), record('libz', '1-r2', 0, 'zlib')];

    expect(admitted(records, { libz: '1-r1' })).toEqual(['1-r1', '1-r2']);
    expect(admitted([...records, record('libz', '1-r3', 0, 'zlib')], { libz: '1-r1' })).toEqual([
      '1-r1',
      '1-r2',
    ]);
  });

  it('the newest above the pin is told with whether it may be taken', () => {
    const records = [record('bash', '1-r1', 60), record('bash', '1-r2', 9), record('bash', '1-r3', 1)];

    const pin = parseApkVersion('1-r1');
    expect(admission.newestAbove(records, 'bash', pin)).toMatchObject({
      candidate: { record: { version: '1-r3' } },
      isAdmitted: false,
    });
    expect(admission.newestAbove(records, 'bash', parseApkVersion('1-r3'))).toBeUndefined();
    expect(admission.newestAbove(records, 'none', pin)).toBeUndefined();
  });

  it('nothing that does not tell its age may be taken above it', () => {
    const ageless = { ...record('bash', '1-r2', 0), buildTime: 0 };

    expect(admitted([record('bash', '1-r1', 60), ageless], { bash: '1-r1' })).toEqual(['1-r1']);
  });
});

describe('of a package that is not pinned', () => {
  it('what is old enough may be taken, and everything where nothing is', () => {
    const young = [record('new', '1-r0', 1), record('new', '1-r1', 0)];

    expect(admitted(young, {})).toEqual(['1-r0', '1-r1']);
    expect(admitted([...young, record('new', '0-r9', 9)], {})).toEqual(['0-r9']);
    expect(admitted([record('zlib', '1-r1', 9), record('zlib', '1-r2', 0)], {})).toEqual(['1-r1', '1-r2']);
  });
});

it('never admits anything below a pin, and always the pin and whatever was out for long', () => {
  const versions = fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1 });
  const offered = versions.chain((revisions) =>
    fc.tuple(
      fc.constant(revisions),
      fc.array(fc.integer({ min: -2, max: 9 }), {
        minLength: revisions.length,
        maxLength: revisions.length,
      }),
      fc.constantFrom(...revisions),
    ),
  );
  fc.assert(
    fc.property(offered, ([revisions, ages, pin]) => {
      const records = revisions.map((revision, at) => record('zlib', `1-r${revision}`, ages[at] ?? 0));
      const pinned = parseApkVersion(`1-r${pin}`);
      const taken = admission.admit(records, { zlib: pinned });
      expect(taken.map(({ version }) => version)).toContain(pinned);
      for (const one of taken) expect(compareApkVersions(one.version, pinned)).toBeGreaterThanOrEqual(0);
      const isOldNews = (one: IndexRecord, at: number): boolean =>
        (ages[at] ?? 0) >= 3 && compareApkVersions(one.version, pinned) > 0;
      expect(taken).toEqual(expect.arrayContaining(records.filter(isOldNews)));
    }),
  );
});
