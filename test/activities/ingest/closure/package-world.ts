import * as fc from 'fast-check';
import type { IndexRecord } from '../../../../adapters/apk/index-record.ts';
import { parseApkVersion } from '../../../../adapters/apk/version.ts';

/** A repository, and what is asked of it. */
export interface PackageWorld {
  readonly records: readonly IndexRecord[];
  readonly roots: readonly string[];
}

const PACKAGES = ['app', 'bash', 'curl', 'glibc', 'libz', 'make', 'perl', 'tool'];
const VERSIONS = ['1.0-r0', '1.0-r2', '1.2_rc1-r0', '1.2-r0', '1.2.1-r0', '2.0-r10', '10.0-r0'];
/** Names that are provided without a version or with one, never both: apko's answer then differs from run to run. */
const PLAIN = ['awk', 'editor', 'shell'];
const NUMBERED = ['cmd:cc', 'pc:zlib'];
/** Versions of libraries have both forms. */
const LIBRARIES = ['so:libcurl.so.1', 'so:liblibz.so.1'];
const NUMBERS = ['1', '2', '3'];

const version = fc.constantFrom(...VERSIONS);

/** What an index of packages may say, as far as the resolver supports it. Some of it leads nowhere. */
export const packageWorld: fc.Arbitrary<PackageWorld> = fc
  .tuple(
    ...PACKAGES.map((name) =>
      fc.uniqueArray(packageOf(name), { minLength: 1, maxLength: 3, selector: ({ version: one }) => one }),
    ),
  )
  .map((packages) => packages.flat())
  .chain((records) =>
    fc.record({
      records: fc
        .tuple(...records.map(() => fc.uniqueArray(dependencyIn(records), { maxLength: 3 })))
        .map((all) => records.map((record, at) => ({ ...record, depends: all[at] ?? [] }))),
      roots: fc.uniqueArray(rootIn(records), { minLength: 1, maxLength: 4 }),
    }),
  );

function packageOf(name: string): fc.Arbitrary<IndexRecord> {
  return (
    fc
      .record({
        version,
        provides: fc.uniqueArray(providedBy(name), { maxLength: 3, selector: nameOf }),
        origin: fc.constantFrom('', 'base', 'other'),
        providerPriority: fc.constantFrom(0, 0, 0, 5, 10),
      })
      // With two versions of one origin in a closure, apko prefers either of them, differently from run to run.
      .map(({ origin, ...differences }) => ({
        ...differences,
        origin: origin === '' ? '' : `${origin}-${differences.version}`,
      }))
      .map((differences) => recordOf({ name, ...differences }))
  );
}

function rootIn(records: readonly IndexRecord[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...PACKAGES) },
    { weight: 1, arbitrary: versionIn(records) },
    { weight: 1, arbitrary: nameIn(records) },
  );
}

function dependencyIn(records: readonly IndexRecord[]): fc.Arbitrary<string> {
  const library = fc.constantFrom(...LIBRARIES);
  return fc.oneof(
    { weight: 24, arbitrary: fc.constantFrom(...PACKAGES) },
    { weight: 16, arbitrary: nameIn(records) },
    { weight: 12, arbitrary: versionIn(records) },
    { weight: 2, arbitrary: boundOn(PACKAGES, version) },
    { weight: 2, arbitrary: boundOn([...NUMBERED, ...PLAIN], fc.constantFrom(...NUMBERS)) },
    { weight: 2, arbitrary: both(library, version, '>=') },
    { weight: 1, arbitrary: fc.constantFrom(...PACKAGES, ...PLAIN).map((name) => `!${name}`) },
    { weight: 2, arbitrary: boundOn(PACKAGES, version).map((text) => `!${text}`) },
  );
}

/** A name that a package of this index answers to. */
function nameIn(records: readonly IndexRecord[]): fc.Arbitrary<string> {
  return fc.constantFrom(...records.flatMap(({ name, provides }) => [name, ...provides.map(nameOf)]));
}

/** A bound that a package of this index meets. */
function versionIn(records: readonly IndexRecord[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...records), fc.constantFrom('=', '>=', '<=', '~'))
    .map(([{ name, version: one }, sign]) => bound(name, sign, one));
}

function providedBy(name: string): fc.Arbitrary<string> {
  const library = fc.constantFrom(...NUMBERS, ...VERSIONS);
  return fc.oneof(
    { weight: 4, arbitrary: library.map((of) => `so:lib${name}.so.1=${of}`) },
    { weight: 1, arbitrary: both(fc.constantFrom(...LIBRARIES), library, '=') },
    { weight: 3, arbitrary: fc.constantFrom(...PLAIN) },
    {
      weight: 2,
      arbitrary: both(fc.constantFrom(...NUMBERED), fc.constantFrom(...NUMBERS), '='),
    },
  );
}

function boundOn(names: readonly string[], of: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const operator = fc.constantFrom('=', '<', '<=', '>', '>=', '>=', '~');
  return fc.tuple(fc.constantFrom(...names), operator, of).map(([name, sign, one]) => bound(name, sign, one));
}

function bound(name: string, sign: string, of: string): string {
  return name + sign + (sign === '~' ? of.replace(/(_rc1)?-r\d+$/, '') : of);
}

function both(name: fc.Arbitrary<string>, of: fc.Arbitrary<string>, sign: string): fc.Arbitrary<string> {
  return fc.tuple(name, of).map((parts) => parts.join(sign));
}

function nameOf(text: string): string {
  return text.replace(/=.*/, '');
}

/** A package of an index about which only this is said. */
export function recordOf({
  version: text,
  ...differences
}: Pick<IndexRecord, 'name'> &
  Partial<Omit<IndexRecord, 'version'>> & { readonly version: string }): IndexRecord {
  return {
    arch: 'x86_64',
    checksum: `Q1${'A'.repeat(27)}=`,
    size: 1,
    installedSize: 1,
    description: '',
    url: '',
    license: '',
    origin: '',
    maintainer: '',
    buildTime: 1,
    commit: '',
    providerPriority: 0,
    depends: [],
    provides: [],
    replaces: [],
    installIf: [],
    others: [],
    ...differences,
    version: parseApkVersion(text),
  };
}
