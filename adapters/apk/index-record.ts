import { FoundryError } from '../../domain/errors.ts';
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
const KNOWN = new Set('CPVASITULomtckDpri');

/**
 * Parses the text of an APKINDEX. Records of a large index share the text: values are slices of it, not copies.
 * Throws FND_BAD_DATA with the line.
 */
export function parseIndexRecords(text: string, what: string): IndexRecord[] {
  const records: IndexRecord[] = [];
  const fields = new Map<string, string>();
  let others: [string, string][] = [];
  let line = 0;
  let at = 0;
  while (at <= text.length) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    line += 1;
    if (end === at) {
      if (fields.size + others.length > 0) records.push(recordOf(fields, others, `${what}, line ${line}`));
      fields.clear();
      others = [];
    } else {
      const key = text.charAt(at);
      if (text.charAt(at + 1) !== ':' || fields.has(key)) throw badLine(what, line, text.slice(at, end));
      const value = text.slice(at + 2, end);
      if (KNOWN.has(key)) fields.set(key, value);
      else others.push([key, value]);
    }
    at = end + 1;
  }
  if (fields.size + others.length > 0) records.push(recordOf(fields, others, `${what}, line ${line}`));
  return records;
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

function recordOf(
  fields: ReadonlyMap<string, string>,
  others: [string, string][],
  where: string,
): IndexRecord {
  const text = (key: string): string => fields.get(key) ?? '';
  const words = (key: string): readonly string[] => {
    const value = fields.get(key) ?? '';
    return value === '' ? NONE : value.split(' ').filter((word) => word !== '');
  };
  const checksum = text('C');
  if (!CHECKSUM.test(checksum)) {
    throw new FoundryError('FND_BAD_DATA', `${where}: ${JSON.stringify(checksum)} is not a Q1 checksum`);
  }
  return {
    name: checkPackageName(text('P'), where),
    version: parseApkVersion(text('V'), where),
    arch: text('A'),
    checksum,
    size: parseCount(text('S'), where),
    installedSize: parseCount(text('I'), where),
    description: text('T'),
    url: text('U'),
    license: text('L'),
    origin: text('o'),
    maintainer: text('m'),
    buildTime: parseCount(text('t'), where),
    commit: text('c'),
    providerPriority: parseCount(text('k'), where),
    depends: words('D'),
    provides: words('p'),
    replaces: words('r'),
    installIf: words('i'),
    others,
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

function badLine(what: string, line: number, text: string): FoundryError {
  return new FoundryError(
    'FND_BAD_DATA',
    `${what}, line ${line}: cannot read ${JSON.stringify(text.slice(0, 80))}`,
  );
}
