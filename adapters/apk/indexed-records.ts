import { FoundryError } from '../../domain/errors.ts';
import { FieldPlaces } from './field-places.ts';
import { checkRecord, type IndexRecord, parseIndexRecords, wordsOf } from './index-record.ts';
import { parseCount } from './package-info.ts';
import { type ApkVersion, parseApkVersion } from './version.ts';

const NEWLINE = 0x0a;

/**
 * Reads the bytes of a large APKINDEX. Every record is checked now, and read again when it is asked for something: a hundred
 * thousand of them are in memory as the bytes they came in. Throws FND_BAD_DATA with the line, also when two packages of one
 * name and version have different checksums.
 */
export function readIndexRecords(content: Uint8Array, what: string): IndexRecord[] {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const records: IndexRecord[] = [];
  const places = new FieldPlaces();
  for (let start = 0; start < bytes.length;) {
    const end = endOfParagraph(bytes, start);
    // A character a byte, so that places in the text are places in the bytes.
    places.read(bytes.toString('latin1', start, end), 0, what);
    if (!places.isEmpty) {
      checkRecord(places, what);
      records.push(new IndexedRecord(places, bytes, start, end));
    }
    start = end;
  }
  requireOneOfEach(records, what);
  return records;
}

/** A record as the bytes that say it. What is asked of every record of an index has its place, the rest is parsed. */
class IndexedRecord implements IndexRecord {
  readonly name: string;
  readonly version: ApkVersion;
  readonly buildTime: number;
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;
  readonly #provides: number;
  readonly #endOfProvides: number;

  constructor(places: FieldPlaces, bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    const [name, version, provides] = [places.place('P'), places.place('V'), places.place('p')];
    // Texts of their own: a part of a longer one would keep all of it in memory.
    this.name = bytes.toString('latin1', start + name.start, start + name.end);
    this.version = parseApkVersion(bytes.toString('latin1', start + version.start, start + version.end));
    this.buildTime = parseCount(places.value('t'), this.name);
    this.#provides = start + provides.start;
    this.#endOfProvides = start + provides.end;
  }

  get provides(): readonly string[] {
    return wordsOf(this.#bytes.toString('utf8', this.#provides, this.#endOfProvides));
  }
  get arch(): string {
    return this.#parsed().arch;
  }
  get checksum(): string {
    return this.#parsed().checksum;
  }
  get size(): number {
    return this.#parsed().size;
  }
  get installedSize(): number {
    return this.#parsed().installedSize;
  }
  get description(): string {
    return this.#parsed().description;
  }
  get url(): string {
    return this.#parsed().url;
  }
  get license(): string {
    return this.#parsed().license;
  }
  get origin(): string {
    return this.#parsed().origin;
  }
  get maintainer(): string {
    return this.#parsed().maintainer;
  }
  get commit(): string {
    return this.#parsed().commit;
  }
  get providerPriority(): number {
    return this.#parsed().providerPriority;
  }
  get depends(): readonly string[] {
    return this.#parsed().depends;
  }
  get replaces(): readonly string[] {
    return this.#parsed().replaces;
  }
  get installIf(): readonly string[] {
    return this.#parsed().installIf;
  }
  get others(): IndexRecord['others'] {
    return this.#parsed().others;
  }

  toJSON(): IndexRecord {
    return this.#parsed();
  }

  #parsed(): IndexRecord {
    const [record] = parseIndexRecords(this.#bytes.toString('utf8', this.#start, this.#end), this.name);
    if (record === undefined) throw new Error(`the bytes of ${this.name} have changed`);
    return record;
  }
}

/** A paragraph ends with the first empty line after something, or with the bytes. */
function endOfParagraph(bytes: Buffer, start: number): number {
  const empty = bytes[start] === NEWLINE ? start : bytes.indexOf('\n\n', start);
  if (empty < 0) return bytes.length;
  return empty === start ? start + 1 : empty + 2;
}

function requireOneOfEach(records: readonly IndexRecord[], what: string): void {
  const known = new Map<string, IndexRecord[]>();
  for (const record of records) {
    const others = known.get(record.name);
    if (others === undefined) known.set(record.name, [record]);
    else others.push(record);
    const other = others?.find((one) => one.version === record.version);
    if (other === undefined || other === record || other.checksum === record.checksum) continue;
    const subject = `${what}: ${record.name} ${record.version} is there twice`;
    throw new FoundryError('FND_BAD_DATA', `${subject}, as ${other.checksum} and as ${record.checksum}`);
  }
}
