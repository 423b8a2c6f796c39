/** Types of program headers; the last two are GNU's. */
export const SEGMENT = {
  load: 1,
  dynamic: 2,
  interpreter: 3,
  stack: 0x6474e551,
  readOnlyAfterRelocation: 0x6474e552,
} as const;

/** One program header. */
export interface Segment {
  readonly type: number;
  /** `PF_X` 1, `PF_W` 2, `PF_R` 4. */
  readonly flags: number;
  readonly offset: number;
  readonly address: bigint;
  /** In the file. */
  readonly size: number;
}

/** Reads the program headers. Throws RangeError when they end outside the file. */
export function readSegments(view: DataView): Segment[] {
  const offset = Number(view.getBigUint64(32, true));
  const size = view.getUint16(54, true);
  const count = view.getUint16(56, true);
  const segments: Segment[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = offset + index * size;
    segments.push({
      type: view.getUint32(at, true),
      flags: view.getUint32(at + 4, true),
      offset: Number(view.getBigUint64(at + 8, true)),
      address: view.getBigUint64(at + 16, true),
      size: Number(view.getBigUint64(at + 32, true)),
    });
  }
  return segments;
}

/** Where in the file an address of the loaded program is. */
export function fileOffset(segments: readonly Segment[], address: bigint): number | undefined {
  const holder = segments.find(
    (segment) =>
      segment.type === SEGMENT.load &&
      address >= segment.address &&
      address < segment.address + BigInt(segment.size),
  );
  return holder === undefined ? undefined : holder.offset + Number(address - holder.address);
}
