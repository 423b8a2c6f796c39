import { describe, expect, it, test } from 'vitest';
import type { ImageFacts, ReleaseFacts, VerifiedDocuments } from '../../../client/report/model/facts.ts';
import { indexOf, pageName } from '../../../client/report/model/index-report.ts';
import { reportOf } from '../../../client/report/model/release-report.ts';
import { earlierRelease } from '../../../client/report/run-report.ts';
import type { ReleaseStatus } from '../../../domain/release/status.ts';
import { abortedEntry, recordedFacts, unpublished } from './recorded.ts';

function withFirst(change: (image: ImageFacts) => Partial<ImageFacts>): ReleaseFacts {
  const facts = recordedFacts();
  return { ...facts, images: facts.images.map((one, at) => (at === 0 ? { ...one, ...change(one) } : one)) };
}

function without(documents: VerifiedDocuments, kind: keyof VerifiedDocuments): VerifiedDocuments {
  return Object.fromEntries(Object.entries(documents).filter(([name]) => name !== kind));
}

describe('the verdict', () => {
  it('is released only when every check of every image and of the record passed', () => {
    expect(reportOf(recordedFacts())).toMatchObject({ verdict: 'released' });
    const refused = withFirst(() => ({ refusal: 'FND_WITHDRAWN: withdrawn by somebody' }));
    expect(reportOf(refused)).toMatchObject({
      verdict: 'refused',
      because: expect.stringContaining('FND_WITHDRAWN') as string,
    });
    expect(reportOf({ ...recordedFacts(), record: [] })).toMatchObject({ verdict: 'refused' });
    expect(reportOf({ ...recordedFacts(), images: [] })).toMatchObject({ verdict: 'unknown' });
    expect(reportOf({ ...recordedFacts(), images: recordedFacts().images.slice(1) })).toMatchObject({
      verdict: 'unknown',
    });
  });
});

describe('the gates', () => {
  it('pass where the release and the signed result say so', () => {
    const { gates } = reportOf(recordedFacts());
    expect(gates.map(({ cells }) => cells.map(({ state }) => state))).toEqual(
      Array(3).fill(Array(4).fill('pass')),
    );
  });

  it('did not run, as far as anybody can show, where no signed result holds', () => {
    const facts = withFirst(({ documents }) => ({ documents: without(documents, 'gates') }));
    const title = `${facts.images[0]?.image.variant ?? ''} (linux/amd64)`;
    const row = reportOf(facts).gates.find(({ image }) => image === title);
    expect(row?.cells.map(({ state, note }) => `${state}: ${note}`)).toEqual(
      Array(4).fill('not-run: no signed result that holds'),
    );
  });

  it('are stale when the knowledge was too old, and fail when a check did', () => {
    const entry = abortedEntry();
    const stages = entry.status?.stages.map((stage) => ({
      ...stage,
      parts: stage.parts.map((part) =>
        part.name === 'cis-docker: standard (linux/amd64)' && part.outcome !== null
          ? {
              ...part,
              outcome: {
                ...part.outcome,
                verdict: 'not-run' as const,
                failed: [
                  { id: 'CIS-DATABASE-AGE', title: 'age', verdict: 'not-run' as const, detail: 'too old' },
                ],
              },
            }
          : part,
      ),
    }));
    const status = { ...(entry.status as ReleaseStatus), stages: stages ?? [] };
    const [standard] = reportOf(unpublished({ ...entry, status })).gates;
    expect(standard?.cells.map(({ gate, state }) => [gate, state])).toEqual([
      ['vulnerabilities', 'fail'],
      ['cis-docker', 'stale'],
      ['nsa-cisa', 'pass'],
      ['pss-restricted', 'pass'],
    ]);
  });
});

test('an image whose self-tests do not hold has no column, and is named', () => {
  const facts = withFirst(({ documents }) => ({ documents: without(documents, 'selfTests') }));
  const report = reportOf(facts);
  expect(report.untested).toEqual([`${facts.images[0]?.image.variant ?? ''} (linux/amd64)`]);
  expect(report.tested).toHaveLength(2);
  expect(report.selfTests.every(({ counts }) => counts.length === 2)).toBe(true);
});

test('two builders that disagree, or of which one is missing, are not shown as equal', () => {
  const facts = withFirst(({ documents }) => {
    const { provenance } = documents;
    if (provenance === undefined) throw new Error('the recorded release has provenance');
    const byproducts = provenance.runDetails.byproducts
      .filter(({ name }) => name !== 'builder b: openssl-fips-suite-3.5.7-r0.x86_64.apk')
      .map((one) =>
        one.name === 'builder b: openssl-3.5.7-r0.x86_64.apk'
          ? { ...one, digest: { sha256: 'f'.repeat(64) } }
          : one,
      );
    return {
      documents: {
        ...documents,
        provenance: { ...provenance, runDetails: { ...provenance.runDetails, byproducts } },
      },
    };
  });
  const only = { ...facts, images: facts.images.slice(0, 1) };
  const unequal = reportOf(only).rebuilt.filter(({ isEqual }) => !isEqual);
  expect(unequal.map(({ what }) => what)).toEqual([
    'openssl-3.5.7-r0.x86_64.apk',
    'openssl-fips-suite-3.5.7-r0.x86_64.apk',
  ]);
  expect(reportOf(recordedFacts()).rebuilt.every(({ isEqual }) => isEqual)).toBe(true);
});

describe('what changed', () => {
  it('names packages, what the watch knew until then, and sizes', () => {
    const { changes } = reportOf(recordedFacts());
    expect(changes?.since.version).toBe('3.5.6');
    expect(changes?.packages.map(({ name, before, after }) => [name, before, after])).toContainEqual([
      'libcrypto3',
      '3.5.6-r0',
      '3.5.7-r0',
    ]);
    expect(changes?.gone.map(({ id }) => id)).toContain('CVE-2026-45447');
    expect(changes?.sizes).toHaveLength(3);
    expect(changes).toMatchObject({ isWatched: true, missing: [] });
  });

  it('does not change with what the watch finds after the release has ended', () => {
    const facts = recordedFacts();
    const { watch } = facts;
    if (watch === null) throw new Error('the recorded release was watched');
    const images = watch.images.map((image) => ({
      ...image,
      vulnerabilities: image.vulnerabilities.map((one) => ({
        ...one,
        id: 'CVE-2030-1',
        firstSeen: '2030-01-01T00:00:00.000Z',
      })),
    }));
    const later = { ...watch, images: [...watch.images, ...images] };
    expect(reportOf({ ...facts, watch: later })).toEqual(reportOf(facts));
  });

  it('says that it does not know when nobody has looked, or the earlier SBOM is gone', () => {
    const { previous, ...facts } = recordedFacts();
    if (previous === null) throw new Error('the recorded release has an earlier one');
    const images = previous.images.map((one) => ({ ...one, documents: {} }));
    const { changes } = reportOf({ ...facts, previous: { ...previous, images }, watch: null });
    expect(changes).toMatchObject({ isWatched: false, gone: [], packages: [] });
    expect(changes?.missing).toHaveLength(3);
  });

  it('is seen from the release that had completed when this one began', () => {
    const { entry } = recordedFacts();
    const at = (id: string, endedAt: string, state = entry.state) => ({ ...entry, id, endedAt, state });
    const entries = [
      at('after', '2027-01-01T00:00:00.000Z'),
      at('last', '2026-11-22T20:57:59.000Z'),
      at('aborted', '2026-11-22T20:58:00.000Z', 'aborted'),
      at('first', '2026-11-22T08:00:00.000Z'),
    ];
    expect(earlierRelease(entry, entries)?.id).toBe('last');
    expect(earlierRelease(entry, [])).toBeUndefined();
  });
});

describe('the page over all releases', () => {
  it('leads to the page of the newest run of each release, and to none when there are none', () => {
    const { entry, watch } = recordedFacts();
    const older = { ...entry, runId: 'older' };
    const pages = indexOf([entry, older], watch, true).releases.map(({ page }) => page);
    expect(pages).toEqual(['release-3.5.7-5a8803e7c224.html', null]);
    expect(indexOf([entry], watch, false).releases[0]?.page).toBeNull();
    expect(pageName({ version: '../x', commit: entry.commit })).toBeUndefined();
  });

  it('shows since when there is nothing known, and when each tag was exposed', () => {
    const { entry, watch } = recordedFacts();
    const index = indexOf([entry, abortedEntry()], watch, false);
    expect(index.watch).toMatchObject({ exposure: 'zero', since: '2026-11-22T21:04:31.100Z' });
    const standard = index.watch?.lines.find(
      ({ version, variant }) => version === '3.5.7' && variant === 'standard',
    );
    expect(standard?.exposed).toEqual([
      { from: '2026-11-22T21:03:15.326Z', until: '2026-11-22T21:04:31.100Z' },
    ]);
    expect(index.releases.map(({ gates }) => gates)).toEqual([
      { pass: 12, fail: 0, 'not-run': 0, stale: 0 },
      { pass: 9, fail: 3, 'not-run': 0, stale: 0 },
    ]);
  });
});
