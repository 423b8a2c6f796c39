import { describe, expect, it } from 'vitest';
import { exposureIssues } from '../../../activities/watch/exposure-issues.ts';
import { mergeLook } from '../../../domain/watch/merge-look.ts';
import { found, hour, look, scanned } from '../../domain/watch/sample-looks.ts';

const CVE = 'CVE-2026-1';
const bad = scanned('a', { found: [found(CVE, { fixedVersion: '3.5.7' })] });
const first = mergeLook(undefined, look(hour(0), [bad]));

describe('what the forge is told', () => {
  it('is an issue for a vulnerability, with what fixes it and when that must be out', () => {
    const [issue, ...more] = exposureIssues(first);
    expect(more).toEqual([]);
    expect(issue).toMatchObject({
      marker: `watch:${CVE}`,
      title: `${CVE} in published images`,
      state: 'open',
    });
    expect(issue?.body).toContain('It is fixed by openssl 3.5.7.');
    expect(issue?.body).toContain('must be published by **2026-11-15T00:00:00.000Z**');
    expect(issue?.body).toContain('| 3.5.6 | openssl 3.5.6-r0 | 3.5.7 | 2026-11-01T00:00:00.000Z – now |');
  });

  it('is the same when a later look finds the same', () => {
    expect(exposureIssues(mergeLook(first, look(hour(5), [bad])))).toEqual(exposureIssues(first));
  });

  it('is closed when a newer version is out, and says that the older one still has its tag', () => {
    const next = scanned('b', { version: '3.5.7', tags: ['3.5.7'] });
    const [issue] = exposureIssues(mergeLook(first, look(hour(5), [bad, next])));
    expect(issue).toMatchObject({ state: 'closed' });
    expect(issue?.body).toContain('| 3.5.6 (a newer version is out) |');
  });

  it('is nothing of what was stated to do no harm from the beginning', () => {
    const stated = scanned('a', { found: [found(CVE, { stated: 'not built in' })] });
    expect(exposureIssues(mergeLook(undefined, look(hour(0), [stated])))).toEqual([]);
  });
});
