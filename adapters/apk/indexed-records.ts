import { FoundryError } from '../../domain/errors.ts';
import { FieldPlaces } from './field-places.ts';
import { checkRecord, type IndexRecord, parseIndexRecords, wordsOf } from './index-record.ts';
import { parseCount } from './package-info.ts';
import { type ApkVersion, parseApkVersion } from './version.ts';

/** How many bytes are looked at as one text. */
const PIECE = 64 * 1024;
/** How often a name may be there. */
const MOST_VERSIONS = 1000;

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
    const end = endOfPiece(bytes, start);
    // A character a byte, so that places in the text are places in the bytes.
    const text = bytes.toString('latin1', start, end);
    for (let at = 0; at < text.length;) {
      const from = at;
      at = places.read(text, from, what);
      if (places.isEmpty) continue;
      checkRecord(places, what);
      records.push(new IndexedRecord(places, bytes, { start, from, to: Math.min(at, text.length) }));
    }
    start = end;
  }
  requireOneOfEach(records, what);
  return records;
}

/** What records are read with that are asked for something: it would be garbage each time. */
const AGAIN = new FieldPlaces();

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

  /** The fields have their places in the piece that begins at byte `start`, and the record goes `from` there `to` there. */
  constructor(
    places: FieldPlaces,
    bytes: Buffer,
    { start, from, to }: { readonly start: number; readonly from: number; readonly to: number },
  ) {
    this.#bytes = bytes;
    this.#start = start + from;
    this.#end = start + to;
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
    const [record] = parseIndexRecords(
      this.#bytes.toString('utf8', this.#start, this.#end),
      this.name,
      AGAIN,
    );
    if (record === undefined) throw new Error(`the bytes of ${this.name} have changed`);
    return record;
  }
}

/** A piece ends where a record does. */
function endOfPiece(bytes: Buffer, start: number): number {
  const empty = bytes.indexOf('\n\n', start + PIECE);
  return empty < 0 ? bytes.length : empty + 2;
}

/** Goes back through the packages of each name: there are few, and lists of them for every name would be large. */
function requireOneOfEach(records: readonly IndexRecord[], what: string): void {
  const last = new Map<string, number>();
  const before = new Int32Array(records.length).fill(-1);
  for (const [at, record] of records.entries()) {
    before[at] = last.get(record.name) ?? -1;
    last.set(record.name, at);
    let versions = 1;
    for (let other = before[at]; other >= 0; other = before[other] ?? -1) {
      requireSame(records[other], record, what);
      versions += 1;
    }
    if (versions > MOST_VERSIONS) {
      throw new FoundryError(
        'FND_BAD_DATA',
        `${what}: ${record.name} is there in more than ${MOST_VERSIONS} versions`,
      );
    }
  }
}

function requireSame(other: IndexRecord | undefined, record: IndexRecord, what: string): void {
  if (other?.version !== record.version || other.checksum === record.checksum) return;
  const subject = `${record.name} ${record.version}`;
  const reason = `${subject} is there twice, as ${other.checksum} and as ${record.checksum}`;
  throw new FoundryError('FND_BAD_DATA', `${what}: ${reason}`);
}
