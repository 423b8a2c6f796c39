import { expect, it } from 'vitest';
import { tooMuchGrowth } from '../../../../activities/ingest/news/growth.ts';
import { alarmsOf } from '../../../../activities/ingest/news/alarms.ts';
import { rebuildsBetween } from '../../../../activities/ingest/news/rebuilds.ts';
import { requireNotOlder } from '../../../../activities/ingest/news/rollback.ts';
import { ociDigest, sha256 } from '../../../../domain/digest.ts';
import { readVersions } from '../../../../domain/pins/read-versions.ts';
import { SAMPLE, samplePins } from '../../../domain/pins/sample-pins.ts';
import { NOW } from '../fake-run.ts';
import { DAY_MS, record } from './records.ts';

const BASH = { bash: '5.3-r2', 'libstdc++': '15.2.0-r1' };

function joining(count: number, text = SAMPLE): string | undefined {
  const more = Object.fromEntries(Array.from({ length: count }, (_, at) => [`lib${at}`, '1-r0']));
  return tooMuchGrowth(readVersions(text, 'versions.hcl'), {
    pins: { standard: { ...BASH, ...more } },
    packages: [],
  });
}

it('a closure may grow by what the policy lets, and no more', () => {
  expect(joining(10)).toBeUndefined();
  expect(joining(11)).toMatch(/^11 packages would join standard, and the policy lets 10: lib0, lib1, lib10,/);
});

it('a closure that a person left open may be as large as it is', () => {
  expect(joining(40, SAMPLE.replace('["bash"]', '["bash", "new"]'))).toBeUndefined();
});

it('an index whose newest package is older than before is refused, by its address', () => {
  const indexes = new Map([['linux/amd64' as const, [record('a', '1-r0', 9), record('b', '1-r0', 3)]]]);
  const url = 'https://packages.example.com/os/x86_64/APKINDEX.tar.gz';
  const built = Math.floor(NOW.getTime() / 1000) - (3 * DAY_MS) / 1000;

  expect(requireNotOlder(samplePins(), indexes, { seen: {}, now: NOW })).toEqual({ [url]: built });
  expect(
    requireNotOlder(samplePins(), indexes, { seen: { [url]: built, other: built + 9 }, now: NOW }),
  ).toEqual({
    [url]: built,
  });
  expect(() => requireNotOlder(samplePins(), indexes, { seen: { [url]: built + 1 }, now: NOW })).toThrow(
    `${url}: its newest package was built at`,
  );
});

it('an index from the future is refused, for a day or less the clocks may be apart', () => {
  const indexes = new Map([['linux/amd64' as const, [record('a', '1-r0', 0)]]]);
  const read = (days: number) => () =>
    requireNotOlder(samplePins(), indexes, { seen: {}, now: new Date(NOW.getTime() - days * DAY_MS) });

  expect(read(0.9)).not.toThrow();
  expect(read(1.1)).toThrow('its newest package was built at');
});

it('a database that may no longer judge is an alarm, and one that says nothing of its age is not', () => {
  const made = (hours: number): Date => new Date(NOW.getTime() - hours * 3_600_000);
  const ids = (at: Date | null): string[] => alarmsOf(samplePins(), at, NOW).map(({ id }) => id);

  expect([ids(made(1)), ids(null)]).toEqual([[], []]);
  expect(ids(made(24 * 400))).toEqual([
    `scanner-database-of-${made(24 * 400)
      .toISOString()
      .slice(0, 10)}`,
  ]);
});

it('what is made anew follows from what changed', () => {
  const before = samplePins();
  const base = { ...before.base, digest: ociDigest(sha256('new')) };
  const standard = { roots: ['bash'], versions: { bash: '5.3-r3' } };
  const build = { roots: ['gcc'], versions: { gcc: '15.2.0-r2' } };
  const all = ['standard', 'distroless'];

  expect(rebuildsBetween(before, before)).toEqual([]);
  expect(rebuildsBetween(before, { ...before, base })).toEqual(['standard']);
  expect(rebuildsBetween(before, { ...before, packages: { ...before.packages, standard } })).toEqual([
    'standard',
  ]);
  expect(rebuildsBetween(before, { ...before, packages: { ...before.packages, build } })).toEqual([
    'provider',
    'core',
    ...all,
  ]);
  expect(rebuildsBetween(before, { ...before, core: { ...before.core, version: '3.5.8' } })).toEqual([
    'core',
    ...all,
  ]);
});
