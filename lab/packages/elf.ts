/** The parts of an ELF file that say what it needs to run. */
export interface ElfFacts {
  /** `DT_NEEDED`: names of shared libraries. */
  readonly needed: readonly string[];
  /** `DT_SONAME`, the name others need it by. */
  readonly soname: string | undefined;
  /** `PT_INTERP`, the path of the dynamic loader. */
  readonly interpreter: string | undefined;
}

const SEGMENT = { load: 1, dynamic: 2, interpreter: 3 } as const;
const TAG = { end: 0n, needed: 1n, stringTable: 5n, soname: 14n } as const;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: bigint;
  readonly size: number;
}

/**
 * Reads the dynamic section of a 64-bit little-endian ELF file (System V ABI, chapter 5).
 * `undefined` for anything that is not one, or that is damaged: packages carry many kinds of files.
 */
export function readElf(file: Uint8Array): ElfFacts | undefined {
  if (file.length < 64 || file[0] !== 0x7f || file[1] !== 0x45 || file[2] !== 0x4c || file[3] !== 0x46) {
    return undefined;
  }
  if (file[4] !== CLASS_64 || file[5] !== LITTLE_ENDIAN) return undefined;
  try {
    return readFacts(file);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readFacts(file: Uint8Array): ElfFacts {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const segments = readSegments(view);
  const interpreter = segments.find((segment) => segment.type === SEGMENT.interpreter);
  const dynamic = segments.find((segment) => segment.type === SEGMENT.dynamic);
  const needed: number[] = [];
  let soname: number | undefined;
  let table = 0n;
  const size = dynamic?.size ?? 0;
  const start = dynamic?.offset ?? 0;
  for (let at = 0; at + 16 <= size; at += 16) {
    const tag = view.getBigInt64(start + at, true);
    const value = view.getBigUint64(start + at + 8, true);
    if (tag === TAG.end) break;
    if (tag === TAG.needed) needed.push(Number(value));
    if (tag === TAG.soname) soname = Number(value);
    if (tag === TAG.stringTable) table = value;
  }
  const strings = fileOffset(segments, table);
  return {
    needed: strings === undefined ? [] : needed.map((offset) => text(file, strings + offset)),
    soname: strings === undefined || soname === undefined ? undefined : text(file, strings + soname),
    interpreter: interpreter === undefined ? undefined : text(file, interpreter.offset),
  };
}

function readSegments(view: DataView): Segment[] {
  const offset = Number(view.getBigUint64(32, true));
  const size = view.getUint16(54, true);
  const count = view.getUint16(56, true);
  const segments: Segment[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = offset + index * size;
    segments.push({
      type: view.getUint32(at, true),
      offset: Number(view.getBigUint64(at + 8, true)),
      address: view.getBigUint64(at + 16, true),
      size: Number(view.getBigUint64(at + 32, true)),
    });
  }
  return segments;
}

function fileOffset(segments: readonly Segment[], address: bigint): number | undefined {
  const holder = segments.find(
    (segment) =>
      segment.type === SEGMENT.load &&
      address >= segment.address &&
      address < segment.address + BigInt(segment.size),
  );
  return holder === undefined ? undefined : holder.offset + Number(address - holder.address);
}

function text(file: Uint8Array, offset: number): string {
  const end = file.indexOf(0, offset);
  if (end < 0 || offset >= file.length) throw new RangeError('string ends outside the file');
  return Buffer.from(file.subarray(offset, end)).toString('latin1');
}
