import { FoundryError } from '../../domain/errors.ts';
import { FieldPlaces } from './field-places.ts';
import { controlChecksum, type PackageFile } from './package-file.ts';
import { checkPackageName, parseCount, type PackageInfo } from './package-info.ts';
import { parseApkVersion } from './version.ts';

/** One package in an index: what its `.PKGINFO` says, and its file. Sizes in bytes. */
export interface IndexRecord extends Omit<PackageInfo, 'dataHash'> {
  /** `Q1` and the base64 of the SHA-1 over the raw control member. */
  readonly checksum: string;
  readonly size: number;
  /** Lines with a key we do not know, in their order: `[key, value]`. */
  readonly others: readonly (readonly [string, string])[];
}

const CHECKSUM = /^Q1[A-Za-z0-9+/]{27}=$/;
const NONE: readonly string[] = [];
/** Sizes in bytes, the build time in seconds, the provider priority. */
const COUNTS = ['S', 'I', 't', 'k'];

/** Parses the text of an APKINDEX. `places` is anything to read with. Throws FND_BAD_DATA with the line. */
export function parseIndexRecords(text: string, what: string, places = new FieldPlaces()): IndexRecord[] {
  const records: IndexRecord[] = [];
  for (let at = 0; at <= text.length;) {
    at = places.read(text, at, what);
    if (places.isEmpty) continue;
    checkRecord(places, what);
    records.push(recordOf(places, what));
  }
  return records;
}

/** Refuses fields that are no record, whatever else it says. Throws FND_BAD_DATA with the line. */
export function checkRecord(places: FieldPlaces, what: string): void {
  const where = `${what}, line ${places.lines}`;
  const checksum = places.value('C');
  if (!CHECKSUM.test(checksum)) {
    throw new FoundryError('FND_BAD_DATA', `${where}: ${JSON.stringify(checksum)} is not a Q1 checksum`);
  }
  checkPackageName(places.value('P'), where);
  parseApkVersion(places.value('V'), where);
  for (const key of COUNTS) parseCount(places.value(key), where);
}

/** The words of a field that holds several. */
export function wordsOf(value: string): readonly string[] {
  if (value === '') return NONE;
  const words = value.split(' ');
  return words.includes('') ? words.filter((word) => word !== '') : words;
}

/** Renders records as the text of an APKINDEX, in the order given. Empty fields are left out. */
export function renderIndexRecords(records: readonly IndexRecord[]): string {
  return records.map(renderRecord).join('');
}

/** The record of a package file of `size` bytes. */
export function indexRecordOf(file: PackageFile, size: number): IndexRecord {
  const { dataHash: _, ...info } = file.info;
  return { ...info, checksum: controlChecksum(file.control), size, others: [] };
}

function recordOf(places: FieldPlaces, what: string): IndexRecord {
  const where = `${what}, line ${places.lines}`;
  const text = (key: string): string => places.value(key);
  const count = (key: string): number => parseCount(text(key), where);
  const words = (key: string): readonly string[] => wordsOf(text(key));
  return {
    name: text('P'),
    version: parseApkVersion(text('V'), where),
    arch: text('A'),
    checksum: text('C'),
    size: count('S'),
    installedSize: count('I'),
    description: text('T'),
    url: text('U'),
    license: text('L'),
    origin: text('o'),
    maintainer: text('m'),
    buildTime: count('t'),
    commit: text('c'),
    providerPriority: count('k'),
    depends: words('D'),
    provides: words('p'),
    replaces: words('r'),
    installIf: words('i'),
    others: places.others(),
  };
}

function renderRecord(record: IndexRecord): string {
  const lines: (readonly [string, string])[] = [
    ['C', record.checksum],
    ['P', record.name],
    ['V', record.version],
    ['A', record.arch],
    ['S', numberText(record.size)],
    ['I', numberText(record.installedSize)],
    ['T', record.description],
    ['U', record.url],
    ['L', record.license],
    ['o', record.origin],
    ['m', record.maintainer],
    ['t', numberText(record.buildTime)],
    ['c', record.commit],
    ['k', numberText(record.providerPriority)],
    ['D', record.depends.join(' ')],
    ['r', record.replaces.join(' ')],
    ['i', record.installIf.join(' ')],
    ['p', record.provides.join(' ')],
    ...record.others,
  ];
  const kept = lines.filter(([, value]) => value !== '');
  for (const [key, value] of kept) {
    if (!value.includes('\n')) continue;
    throw new FoundryError('FND_BAD_DATA', `package ${record.name}: ${key} has more than one line`);
  }
  return `${kept.map(([key, value]) => `${key}:${value}`).join('\n')}\n\n`;
}

function numberText(value: number): string {
  return value === 0 ? '' : String(value);
}
