import { describe, expect, it } from 'vitest';
import { lookLines } from '../../../client/watch/look-lines.ts';
import type { NewestLook } from '../../../client/watch/newest-look.ts';
import { renderRecord } from '../../../client/watch/render-record.ts';
import type { Look } from '../../../domain/watch/look.ts';
import { mergeLook } from '../../../domain/watch/merge-look.ts';
import type { WatchRecord } from '../../../domain/watch/record.ts';
import { notLooked, watchedOf } from '../../../domain/watch/watched.ts';
import { found, hour, look, scanned } from '../../domain/watch/sample-looks.ts';

function recordOf(...looks: readonly Look[]): WatchRecord {
  let record: WatchRecord | undefined;
  for (const one of looks) record = mergeLook(record, one);
  if (record === undefined) throw new Error('no look');
  return record;
}

const lines = (record: WatchRecord, at: number, more: Partial<NewestLook> = {}): string[] =>
  lookLines(
    { runId: 'r', at: record.lookedAt, watched: watchedOf(record, undefined), ingest: null, ...more },
    hour(at),
  );

const FIX = { fixedVersion: '3.5.7' };

describe('the state of what is published, for people', () => {
  it('says zero, since when, and how old the look is', () => {
    expect(lines(recordOf(look(hour(0), [scanned('a')])), 5)).toEqual([
      'watch: zero known CVEs since 2026-11-01T00:00:00.000Z (looked 5h 0m ago at 1 image, 1 of the newest version)',
    ]);
  });

  it('counts the time of policy down in sight, and up when it is over', () => {
    const record = recordOf(
      look(hour(0), [
        scanned('a', {
          found: [found('CVE-2026-1', { severity: 'critical', ...FIX }), found('CVE-2026-2', FIX)],
        }),
      ]),
    );
    expect(lines(record, 8 * 24, { ingest: 'started' })).toEqual([
      'watch: exposed to CVE-2026-1, CVE-2026-2 since 2026-11-01T00:00:00.000Z; fix available; ingest was asked for it (looked 8d 0h ago at 1 image, 1 of the newest version)',
      '  CVE-2026-1  critical  standard  openssl 3.5.6-r0 -> openssl 3.5.7  for 8d 0h  OVERDUE by 1d 0h',
      '  CVE-2026-2  high      standard  openssl 3.5.6-r0 -> openssl 3.5.7  for 8d 0h  6d 0h left',
    ]);
  });

  it('says when there is no fix, what is stated, and never zero of what could not be looked at', () => {
    const image = scanned('a', {
      found: [found('CVE-2026-1'), found('CVE-2026-2', { stated: 'not built in' })],
    });
    const record = recordOf(look(hour(0), [image]));
    expect(lines(record, 1)).toEqual([
      expect.stringContaining('exposed to CVE-2026-1 since 2026-11-01T00:00:00.000Z; no fix available ('),
      '  CVE-2026-1  high  standard  openssl 3.5.6-r0  for 1h 0m  no fix yet',
      '  stated to do no harm: CVE-2026-2',
    ]);
    const problem = { what: 'the look', code: 'VULN-DATABASE-AGE', message: 'it is too old' };
    expect(lines(record, 1, { watched: notLooked(problem, record) })).toEqual([
      expect.stringContaining('watch: unknown how it stands ('),
      expect.stringContaining('CVE-2026-1'),
      expect.stringContaining('CVE-2026-2'),
      '  the look: VULN-DATABASE-AGE: it is too old',
    ]);
    expect(lines(record, 1, { watched: null })).toEqual(['watch: the first look is under way']);
  });
});

describe('the record, for people', () => {
  it('tells of each image what it is and was exposed to', () => {
    const old = scanned('old', {
      found: [found('CVE-2026-1', FIX), found('CVE-2026-2'), found('CVE-2026-3', { stated: 'not built in' })],
    });
    const next = scanned('new', { version: '3.5.7', tags: ['3.5.7'], releasedAt: hour(2).toISOString() });
    const gone = scanned('gone', { variant: 'distroless', tags: ['x'], found: [found('CVE-2026-1')] });
    const record = recordOf(
      look(hour(0), [old, gone]),
      look(hour(2), [{ ...old, found: old.found.slice(0, 1) }, next]),
    );
    const text = renderRecord(record, hour(3));
    expect(text).toContain(`by the policy of commit ${'c'.repeat(40)}`);
    expect(text).toContain('3.5.7 standard linux/amd64 sha256:');
    expect(text).toMatch(/CVE-2026-1 .*fixed in 3\.5\.7 {2}exposed for 3h 0m {2}a newer version is out/);
    expect(text).toMatch(/CVE-2026-2 .*no fix +exposed for 2h 0m {2}ended .*: not found/);
    expect(text).toMatch(/CVE-2026-3 .*exposed for 0s +ended /);
    expect(text).toMatch(
      /not published since 2026-11-01T02:00:00\.000Z\n.*CVE-2026-1 .*: no tag leads to it/,
    );
  });
});
