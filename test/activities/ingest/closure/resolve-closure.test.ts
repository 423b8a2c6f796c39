import { array, assert, constantFrom, property, record, subarray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Choosable } from '../../../../activities/ingest/closure/offers.ts';
import { type ClosureOrder, resolveClosure } from '../../../../activities/ingest/closure/resolve-closure.ts';
import { parseApkVersion } from '../../../../adapters/apk/version.ts';

function offer(name: string, version: string, more: Partial<Choosable> = {}): Choosable {
  return {
    name,
    version: parseApkVersion(version),
    origin: name,
    depends: [],
    provides: [],
    providerPriority: 0,
    ...more,
  };
}

function closure(order: ClosureOrder<Choosable>): string[] {
  return resolveClosure(order).map(({ name, version }) => `${name} ${version}`);
}

describe('resolveClosure', () => {
  it('takes what the roots need, each once, the newest version of it', () => {
    const records = [
      offer('app', '1-r0', { depends: ['so:liba.so.1', 'tool'] }),
      offer('liba', '1.9-r0', { provides: ['so:liba.so.1=1'] }),
      offer('liba', '1.10-r0', { provides: ['so:liba.so.1=1'], depends: ['app'] }),
      offer('tool', '1-r0', { depends: ['liba'] }),
      offer('unneeded', '1-r0'),
    ];

    expect(closure({ records, roots: ['app'] })).toEqual(['app 1-r0', 'liba 1.10-r0', 'tool 1-r0']);
  });

  it.each([
    ['lib=1.5-r0', '1.5-r0'],
    ['lib<1.5', '1.0-r0'],
    ['lib<=1.5-r0', '1.5-r0'],
    ['lib>1.5-r0', '1.50-r0'],
    ['lib>=1.5', '1.50-r0'],
    ['lib~1.5', '1.5-r0'],
    ['lib', '1.50-r0'],
  ])('keeps to the bound of %s', (root, version) => {
    const records = ['1.0-r0', '1.5-r0', '1.50-r0'].map((each) => offer('lib', each));

    expect(closure({ records, roots: [root] })).toEqual([`lib ${version}`]);
  });

  it('begins again when a bound comes to light after its package was chosen', () => {
    const records = [
      offer('lib', '1-r0'),
      offer('lib', '2-r0', { depends: ['only-with-two'] }),
      offer('only-with-two', '1-r0'),
      offer('old', '1-r0', { depends: ['lib<2'] }),
    ];

    expect(closure({ records, roots: ['lib', 'old'] })).toEqual(['lib 1-r0', 'old 1-r0']);
  });

  it('prefers the newer version of the name, then priority, then the newer package, then the name', () => {
    const records = [
      offer('a', '1-r0', { provides: ['virtual=1', 'plain'] }),
      offer('b', '1-r0', { provides: ['virtual=1', 'plain'], providerPriority: 5 }),
      offer('c', '9-r0', { provides: ['virtual=1', 'plain'] }),
      offer('d', '9-r0', { provides: ['plain'] }),
      offer('e', '1-r0', { provides: ['virtual=2'] }),
    ];

    expect(closure({ records, roots: ['virtual'] })).toEqual(['e 1-r0']);
    expect(closure({ records: records.slice(0, 4), roots: ['virtual'] })).toEqual(['b 1-r0']);
    expect(closure({ records, roots: ['plain'] })).toEqual(['b 1-r0']);
    const withoutPriority = records.filter(({ name }) => name !== 'b');
    expect(closure({ records: withoutPriority, roots: ['plain'] })).toEqual(['c 9-r0']);
  });

  it('prefers what comes from a source package that is in the closure, at that version', () => {
    const from = (version: string) =>
      offer('c', version, { provides: ['virtual'], origin: 'main', providerPriority: 1 });
    const records = [
      offer('main', '1-r0', { depends: ['virtual'] }),
      offer('a', '5-r0', { provides: ['virtual'], providerPriority: 7 }),
    ];

    expect(closure({ records: [...records, from('1-r0')], roots: ['main'] })).toEqual([
      'c 1-r0',
      'main 1-r0',
    ]);
    expect(closure({ records: [...records, from('2-r0')], roots: ['main'] })).toEqual([
      'a 5-r0',
      'main 1-r0',
    ]);
  });

  it('lets a name that is provided with a version belong to one package', () => {
    const provides = ['so:liba.so.1=1'];
    const records = [offer('a', '1-r0', { provides }), offer('b', '1-r0', { provides })];

    expect(() => closure({ records, roots: ['a', 'b'] })).toThrow(
      'b 1-r0 (ruled out: a 1-r0 provides so:liba',
    );
    const plain = records.map((record) => ({ ...record, provides: ['liba'] }));
    expect(closure({ records: plain, roots: ['a', 'b'] })).toEqual(['a 1-r0', 'b 1-r0']);
  });

  it('takes a library that says the version of its package for newer than one that says that of its file', () => {
    const records = [
      offer('old', '9-r0', { provides: ['so:liba.so.1=8.1'] }),
      offer('new', '2-r0', { provides: ['so:liba.so.1=2-r0'] }),
    ];

    expect(closure({ records, roots: ['so:liba.so.1'] })).toEqual(['new 2-r0']);
    expect(closure({ records: records.slice(0, 1), roots: ['so:liba.so.1>=8'] })).toEqual(['old 9-r0']);
    expect(() => closure({ records: records.slice(0, 1), roots: ['so:liba.so.1>=1-r0'] })).toThrow(
      'on offer',
    );
  });

  it('refuses what apko would not compose from the pins alone', () => {
    const records = [
      offer('app', '1-r0', { depends: ['lib', 'tool'] }),
      offer('lib', '1-r0', { provides: ['api=3'], depends: ['glibc'] }),
      offer('tool', '1-r0', { depends: ['api>=2'] }),
      offer('glibc', '1-r0'),
    ];

    expect(() => closure({ records, roots: ['app'] })).toThrow('needs api>=2; lib 1-r0 is in the closure');
  });

  it('lets a package from elsewhere answer, and leaves it out of the result', () => {
    const records = [
      offer('apk-tools', '1-r0', { depends: ['so:libcrypto.so.3'] }),
      offer('openssl4', '4-r0', { provides: ['so:libcrypto.so.3=3'] }),
    ];
    const present = [offer('libcrypto3', '3.5.7-r0', { provides: ['so:libcrypto.so.3=3'] })];

    expect(closure({ records, roots: ['apk-tools'], present })).toEqual(['apk-tools 1-r0']);
  });

  it('keeps a held package at its version, and takes it not without need', () => {
    const records = [offer('lib', '1-r0'), offer('lib', '2-r0'), offer('app', '1-r0')];

    expect(closure({ records, roots: ['lib'], bounds: ['lib=1-r0'] })).toEqual(['lib 1-r0']);
    expect(closure({ records, roots: ['app'], bounds: ['lib=1-r0'] })).toEqual(['app 1-r0']);
  });

  it.each([
    [['app'], [offer('app', '1-r0', { depends: ['nowhere'] })], 'app 1-r0 needs nowhere; nothing offers it'],
    [['lib>3'], [offer('lib', '2-r0')], 'the roots needs lib>3; on offer: lib 2-r0'],
    [
      ['lib=1-r0', 'app'],
      [offer('lib', '1-r0'), offer('lib', '2-r0'), offer('app', '1-r0', { depends: ['lib>1-r0'] })],
      'needs lib',
    ],
    [
      ['app', 'other'],
      [offer('app', '1-r0', { depends: ['!other'] }), offer('other', '1-r0')],
      'the roots needs other; on offer: other 1-r0 (ruled out: app 1-r0 refuses other)',
    ],
  ])('refuses %j with its reason', (roots, records, reason) => {
    expect(() => closure({ records, roots })).toThrow(
      expect.objectContaining({
        code: 'FND_UNRESOLVED',
        message: expect.stringContaining(reason) as string,
      }),
    );
  });

  it.each(['lib@edge', 'lib><Q1abc', 'lib>~1', 'lib=not a version', ''])('refuses the form of %j', (root) => {
    expect(() => closure({ records: [], roots: [root] })).toThrow(
      expect.objectContaining({ code: 'FND_BAD_DATA' }),
    );
  });

  it('is closed, whatever the order of the index', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const anyOffer = record({
      name: constantFrom(...names),
      version: constantFrom('1-r0', '2-r0', '3-r0'),
      depends: subarray(names),
    }).map(({ name, version, depends }) => offer(name, version, { depends }));
    const all = names.map((name) => offer(name, '0-r0'));

    assert(
      property(array(anyOffer), subarray(names, { minLength: 1 }), (some, roots) => {
        const byVersion = new Map([...all, ...some].map((each) => [`${each.name} ${each.version}`, each]));
        const records = [...byVersion.values()];
        const found = resolveClosure({ records, roots });
        const chosen = found.map(({ name }) => name);

        expect(new Set(chosen).size).toBe(chosen.length);
        expect(chosen).toEqual(
          expect.arrayContaining([...roots, ...found.flatMap(({ depends }) => depends)]),
        );
        expect(closure({ records: records.toReversed(), roots })).toEqual(closure({ records, roots }));
      }),
    );
  });
});
