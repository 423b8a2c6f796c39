import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exposedForMs, exposureOf } from '../../../domain/watch/exposure.ts';
import type { Look } from '../../../domain/watch/look.ts';
import { mergeLook } from '../../../domain/watch/merge-look.ts';
import { type WatchedVulnerability, WatchRecord } from '../../../domain/watch/record.ts';
import { found, hour, look, scanned } from './sample-looks.ts';

const anyFound = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('CVE-2026-1', 'CVE-2026-2', 'CVE-2026-3'),
    severity: fc.constantFrom('unknown' as const, 'low' as const, 'critical' as const),
    fixedVersion: fc.constantFrom(null, '3.5.7', '3.5.8'),
    stated: fc.constantFrom(null, null, 'a person says so'),
  }),
  { selector: ({ id }) => id },
);

/** An image that is there or not, scanned or not. */
const anyImage = (name: string, version: string) =>
  fc
    .record({ state: fc.constantFrom('scanned', 'scanned', 'unjudged', 'gone'), found: anyFound })
    .map((wish): Pick<Look, 'scanned' | 'unjudged'> => {
      const image = scanned(name, {
        version,
        tags: [version],
        found: wish.found.map(({ id, ...more }) => found(id, more)),
      });
      const problem = { code: 'FND_EVIDENCE_MISSING', message: 'nothing is attached' };
      return {
        scanned: wish.state === 'scanned' ? [image] : [],
        unjudged: wish.state === 'unjudged' ? [{ digest: image.digest, tags: image.tags, problem }] : [],
      };
    });

const anyLook = fc
  .tuple(fc.nat(12_000), anyImage('a', '3.5.6'), anyImage('b', '3.5.7'))
  .map(([at, a, b]) =>
    look(hour(at), [...a.scanned, ...b.scanned], { unjudged: [...a.unjudged, ...b.unjudged] }),
  );

/** Looks in any order of time: clocks are set back, too. */
const anyLooks = fc.array(anyLook, { minLength: 1, maxLength: 12 });

function merged(looks: readonly Look[]): WatchRecord[] {
  const records: WatchRecord[] = [];
  for (const one of looks) records.push(mergeLook(records.at(-1), one));
  return records;
}

function* vulnerabilitiesOf(record: WatchRecord): Generator<readonly [string, WatchedVulnerability]> {
  for (const { digest, vulnerabilities } of record.images)
    for (const one of vulnerabilities) yield [`${digest} ${one.id} ${one.package}`, one];
}

describe('mergeLook, after any looks', () => {
  it('makes a record of the form that is read again, and its input stays as it was', () => {
    fc.assert(
      fc.property(anyLooks, anyLook, (looks, last) => {
        const before = merged(looks).at(-1);
        const copy = structuredClone(before);
        expect(WatchRecord.parse(mergeLook(before, last))).toEqual(mergeLook(before, last));
        expect(before).toEqual(copy);
      }),
    );
  });

  it('changes nothing when the last look comes twice', () => {
    fc.assert(
      fc.property(anyLooks, (looks) => {
        const [last] = looks.slice(-1);
        const record = merged(looks).at(-1);
        expect(last === undefined ? undefined : mergeLook(record, last)).toEqual(record);
      }),
    );
  });

  it('never moves what was seen first, nor when an image was released', () => {
    fc.assert(
      fc.property(anyLooks, (looks) => {
        const first = new Map<string, string>();
        for (const record of merged(looks)) {
          const there = new Set<string>();
          for (const [key, { firstSeen }] of vulnerabilitiesOf(record)) {
            there.add(key);
            expect(firstSeen).toBe(first.get(key) ?? firstSeen);
            first.set(key, firstSeen);
          }
          // What was left out after its time may come again, and is new then.
          for (const key of first.keys()) if (!there.has(key)) first.delete(key);
        }
      }),
    );
  });

  it('keeps exposures in order of time, one open at the most, and only where one is found and not stated', () => {
    fc.assert(
      fc.property(anyLooks, (looks) => {
        const record = merged(looks).at(-1);
        if (record === undefined) return;
        for (const [, one] of vulnerabilitiesOf(record)) {
          const moments = one.spans.flatMap(({ from, until }) => [from, until ?? record.lookedAt]);
          expect(moments).toEqual(moments.toSorted());
          expect(one.spans.slice(0, -1).every(({ until }) => until !== null)).toBe(true);
          const isOpen = one.spans.at(-1)?.until === null;
          expect(isOpen).toBe(one.endedAt === null && one.stated === null);
          expect(one.endedAt === null).toBe(one.ending === null);
          expect(exposedForMs(one, new Date(record.lookedAt))).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('never gives a time without a fix, and with one never less than policy says', () => {
    fc.assert(
      fc.property(anyLooks, (looks) => {
        const record = merged(looks).at(-1);
        if (record === undefined) return;
        for (const [, one] of vulnerabilitiesOf(record)) {
          expect(one.fixedSince === null).toBe(one.fixedVersion === null);
          if (one.deadline === null) continue;
          const days = one.severity === 'low' ? 14 : 7;
          expect(Date.parse(one.deadline)).toBeGreaterThanOrEqual(
            Date.parse(one.fixedSince ?? '') + days * 24 * 3_600_000,
          );
        }
      }),
    );
  });

  it('says zero only when the last look judged all that is published and the newest of it has nothing open', () => {
    fc.assert(
      fc.property(anyLooks, (looks) => {
        const record = merged(looks).at(-1);
        const [last] = looks.slice(-1);
        if (record === undefined || last === undefined || exposureOf(record) !== 'zero') return;
        expect(last.unjudged).toEqual([]);
        const newest = last.scanned.at(-1);
        expect(newest).toBeDefined();
        expect(newest?.found.filter(({ stated }) => stated === null)).toEqual([]);
      }),
    );
  });
});
