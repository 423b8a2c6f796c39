import { describe, expect, it } from 'vitest';
import { exposedForMs, exposureOf, exposureSince, exposuresIn } from '../../../domain/watch/exposure.ts';
import { mergeLook } from '../../../domain/watch/merge-look.ts';
import { WatchRecord } from '../../../domain/watch/record.ts';
import { notLooked, watchedOf } from '../../../domain/watch/watched.ts';
import { found, hour, look, scanned } from './sample-looks.ts';

const CVE = 'CVE-2026-1';
const HOUR = 3_600_000;

/** A look an hour, from the first on. */
function record(...looks: Parameters<typeof look>[1][]): WatchRecord {
  let merged: WatchRecord | undefined;
  for (const [at, images] of looks.entries()) merged = mergeLook(merged, look(hour(at), images));
  return WatchRecord.parse(merged);
}

const one = ({ images }: WatchRecord): WatchRecord['images'][number]['vulnerabilities'][number] | undefined =>
  images[0]?.vulnerabilities[0];

describe('a record', () => {
  it('says zero since the first of the looks that found nothing', () => {
    const zero = record([scanned('a')], [scanned('a')]);
    expect(exposureOf(zero)).toBe('zero');
    expect(exposureSince(zero)).toBe(hour(0).toISOString());
  });

  it('keeps the images of two platforms under one index apart', () => {
    const arm64 = { platform: 'linux/arm64' } as const;
    const first = mergeLook(
      undefined,
      look(hour(0), [
        scanned('a'),
        scanned('a', { ...arm64, found: [found(CVE, { fixedVersion: '3.5.7' })] }),
      ]),
    );
    expect(first.images.map(({ platform, vulnerabilities }) => [platform, vulnerabilities.length])).toEqual([
      ['linux/amd64', 0],
      ['linux/arm64', 1],
    ]);
    const { digest, tags } = scanned('a');
    const problem = { code: 'FND_EVIDENCE_MISSING', message: 'gone' };
    const second = mergeLook(
      first,
      look(hour(1), [scanned('a')], { unjudged: [{ digest, ...arm64, tags, problem }] }),
    );
    expect(second.images).toHaveLength(2);
    expect(second.images[1]).toMatchObject({ ...arm64, tags: ['3.5.6'], scannedAt: hour(0).toISOString() });
    expect(second.problems).toEqual([{ what: '3.5.6 (linux/arm64)', digest, ...problem }]);
    const third = mergeLook(second, look(hour(2), [scanned('a')]));
    expect(third.images.map(({ unpublishedAt }) => unpublishedAt)).toEqual([null, hour(2).toISOString()]);
  });

  it('counts from the first look that found something, and to the first that did not', () => {
    const bad = scanned('a', { found: [found(CVE)] });
    const after = record([scanned('a')], [bad], [bad], [scanned('a')], [scanned('a')]);
    expect(one(after)).toMatchObject({
      firstSeen: hour(1).toISOString(),
      spans: [{ from: hour(1).toISOString(), until: hour(3).toISOString() }],
      endedAt: hour(3).toISOString(),
      ending: 'not-found',
    });
    expect(exposedForMs(one(after) ?? { spans: [] }, hour(100))).toBe(2 * HOUR);
    expect(exposureSince(after)).toBe(hour(3).toISOString());
  });

  it('gives no time while there is no fix, and the time of policy from the look that knew of one', () => {
    const without = scanned('a', { found: [found(CVE)] });
    const fixed = scanned('a', { found: [found(CVE, { fixedVersion: '3.5.7' })] });
    const waiting = record([without]);
    expect([exposureOf(waiting), one(waiting)?.deadline]).toEqual(['exposed, no fix', null]);
    const due = record([without], [without], [fixed], [fixed]);
    expect(exposureOf(due)).toBe('exposed, fix available');
    expect(one(due)).toMatchObject({
      fixedSince: hour(2).toISOString(),
      deadline: hour(2 + 14 * 24).toISOString(),
    });
  });

  it.each(['critical', 'unknown'] as const)('gives less time for what is %s', (severity) => {
    const due = record([scanned('a', { found: [found(CVE, { severity, fixedVersion: '3.5.7' })] })]);
    expect(one(due)?.deadline).toBe(hour(7 * 24).toISOString());
  });

  it('counts no exposure while a statement stands, and counts on when it does not any more', () => {
    const bad = scanned('a', { found: [found(CVE)] });
    const stated = scanned('a', { found: [found(CVE, { stated: 'not_affected, by a person' })] });
    const while_ = record([bad], [stated]);
    expect(watchedOf(while_, record([bad]))).toMatchObject({
      exposure: 'zero',
      since: hour(1).toISOString(),
      stated: [CVE],
      ended: [CVE],
    });
    const after = record([bad], [stated], [stated], [bad]);
    expect(one(after)?.spans).toEqual([
      { from: hour(0).toISOString(), until: hour(1).toISOString() },
      { from: hour(3).toISOString(), until: null },
    ]);
    expect(exposureSince(after)).toBe(hour(3).toISOString());
  });

  it('ends what an image is exposed to when no tag leads to it any more', () => {
    const after = record([scanned('a', { found: [found(CVE)] })], [scanned('b')], [scanned('b')]);
    const gone = after.images.find(({ tags }) => tags.length === 0);
    expect(gone).toMatchObject({ unpublishedAt: hour(1).toISOString(), scannedAt: hour(0).toISOString() });
    expect(gone?.vulnerabilities[0]).toMatchObject({ ending: 'unpublished', endedAt: hour(1).toISOString() });
    expect(exposureOf(after)).toBe('zero');
  });

  it('keeps what is not published any more for four hundred days', () => {
    const before = mergeLook(record([scanned('a')]), look(hour(1), [scanned('b')]));
    expect(mergeLook(before, look(hour(1 + 400 * 24), [scanned('b')])).images).toHaveLength(2);
    expect(mergeLook(before, look(hour(2 + 400 * 24), [scanned('b')])).images).toHaveLength(1);
  });

  it('goes by the newest version of each variant: the older one, still there by its tag, is watched and owes nothing', () => {
    const old = scanned('old', { version: '3.5.9', found: [found(CVE, { fixedVersion: '3.5.10' })] });
    const both = record([old], [old, scanned('new', { version: '3.5.10', tags: ['3.5.10'] })]);
    expect(exposureOf(both)).toBe('zero');
    const older = both.images.find(({ version }) => version === '3.5.9');
    expect(older?.vulnerabilities[0]).toMatchObject({ deadline: null, endedAt: null });
    expect(older?.vulnerabilities[0]?.spans.at(-1)?.until).toBeNull();
  });

  it('never says zero of what could not be judged, and keeps what was known of it', () => {
    const { digest, tags } = scanned('a');
    const problem = { code: 'FND_EVIDENCE_MISSING', message: 'no SBOM of ours is attached' };
    const unjudged = [{ digest, tags, problem }];
    const clean = mergeLook(record([scanned('a')]), look(hour(5), [], { unjudged }));
    expect(watchedOf(clean, undefined)).toMatchObject({
      exposure: 'unknown',
      since: null,
      problems: [{ what: '3.5.6', ...problem }],
    });
    expect(clean.zeroSince).toBeNull();
    expect(mergeLook(clean, look(hour(6), [scanned('a')])).zeroSince).toBe(hour(6).toISOString());

    const bad = mergeLook(record([scanned('a', { found: [found(CVE)] })]), look(hour(5), [], { unjudged }));
    expect(exposuresIn(bad)).toMatchObject([{ id: CVE, since: hour(0).toISOString() }]);
  });

  it('never says zero when nothing is published', () => {
    const nothing = mergeLook(record([scanned('a')]), look(hour(1), []));
    expect(watchedOf(nothing, undefined)).toMatchObject({
      exposure: 'unknown',
      problems: [{ code: 'nothing-published' }],
    });
  });

  it('takes a look from before the last one as made when that was', () => {
    const bad = scanned('a', { found: [found(CVE)] });
    const back = mergeLook(mergeLook(undefined, look(hour(9), [bad])), look(hour(3), [scanned('a')]));
    expect(back.lookedAt).toBe(hour(9).toISOString());
    expect(one(back)?.spans).toEqual([{ from: hour(9).toISOString(), until: hour(9).toISOString() }]);
  });
});

describe('what a look came to', () => {
  it('names a vulnerability once, with every variant and what fixes each package, and what is due first at the top', () => {
    const fix = { fixedVersion: '3.5.7' };
    const after = record([
      scanned('a', {
        found: [
          found('CVE-2026-9', { severity: 'critical', ...fix }),
          found(CVE, fix),
          found(CVE, { package: 'openssl-fips-provider', version: '3.1.2-r0', severity: 'low' }),
        ],
      }),
      scanned('b', { variant: 'distroless', tags: ['3.5.6-distroless'], found: [found(CVE, fix)] }),
    ]);
    expect(exposuresIn(after)).toEqual([
      expect.objectContaining({ id: 'CVE-2026-9', deadline: hour(7 * 24).toISOString() }),
      {
        id: CVE,
        severity: 'high',
        variants: ['distroless', 'standard'],
        packages: ['openssl 3.5.6-r0', 'openssl-fips-provider 3.1.2-r0'],
        since: hour(0).toISOString(),
        fixes: ['openssl 3.5.7'],
        deadline: hour(14 * 24).toISOString(),
      },
    ]);
  });

  it('tells what is new since the look before, and what ended', () => {
    const before = record([scanned('a', { found: [found(CVE)] })]);
    const after = mergeLook(before, look(hour(1), [scanned('a', { found: [found('CVE-2026-2')] })]));
    expect(watchedOf(after, before)).toMatchObject({ news: ['CVE-2026-2'], ended: [CVE] });
    expect(watchedOf(after, undefined)).toMatchObject({ news: ['CVE-2026-2'], ended: [] });
  });

  it('is unknown when the look could not be done, with what was known still in sight', () => {
    const problem = { what: 'the look', code: 'VULN-DATABASE-AGE', message: 'too old' };
    expect(notLooked(problem, record([scanned('a')]))).toMatchObject({ exposure: 'unknown', since: null });
    expect(notLooked(problem, record([scanned('a', { found: [found(CVE)] })]))).toMatchObject({
      exposure: 'unknown',
      exposures: [{ id: CVE }],
      problems: [{ ...problem, digest: null }],
    });
  });
});
