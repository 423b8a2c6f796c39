import { fileOffset, SEGMENT, type Segment } from './segments.ts';
import { textAt } from './text-at.ts';

/** What the dynamic section says. */
interface Dynamic {
  readonly needed: readonly string[];
  readonly soname: string | undefined;
  readonly searchPaths: readonly string[];
  readonly textRelocations: boolean;
  readonly bindNow: boolean;
}

const TAG = {
  needed: 1n,
  stringTable: 5n,
  soname: 14n,
  rpath: 15n,
  textRelocations: 22n,
  bindNow: 24n,
  runpath: 29n,
  flags: 30n,
  flags1: 0x6ffffffbn,
} as const;
const FLAG = { textRelocations: 0x4n, bindNow: 0x8n } as const;
const FLAG_1_NOW = 0x1n;

/** Reads the dynamic section; a file without one needs nothing. Throws RangeError when it ends outside the file. */
export function readDynamic(file: Uint8Array, view: DataView, segments: readonly Segment[]): Dynamic {
  const entries = readEntries(view, segments);
  const valuesOf = (...tags: readonly bigint[]): bigint[] =>
    entries.filter(([tag]) => tags.includes(tag)).map(([, value]) => value);
  const [table] = valuesOf(TAG.stringTable);
  const strings = table === undefined ? undefined : fileOffset(segments, table);
  const texts = (...tags: readonly bigint[]): string[] =>
    strings === undefined ? [] : valuesOf(...tags).map((offset) => textAt(file, strings + Number(offset)));
  const flags = valuesOf(TAG.flags).reduce((all, value) => all | value, 0n);
  const flags1 = valuesOf(TAG.flags1).reduce((all, value) => all | value, 0n);
  return {
    needed: texts(TAG.needed),
    soname: texts(TAG.soname)[0],
    searchPaths: texts(TAG.rpath, TAG.runpath),
    textRelocations: valuesOf(TAG.textRelocations).length > 0 || (flags & FLAG.textRelocations) !== 0n,
    bindNow:
      valuesOf(TAG.bindNow).length > 0 || (flags & FLAG.bindNow) !== 0n || (flags1 & FLAG_1_NOW) !== 0n,
  };
}

function readEntries(view: DataView, segments: readonly Segment[]): (readonly [bigint, bigint])[] {
  const section = segments.find((segment) => segment.type === SEGMENT.dynamic);
  const entries: (readonly [bigint, bigint])[] = [];
  if (section === undefined) return entries;
  for (let at = section.offset; at + 16 <= section.offset + section.size; at += 16) {
    const tag = view.getBigInt64(at, true);
    if (tag === 0n) break;
    entries.push([tag, view.getBigUint64(at + 8, true)]);
  }
  return entries;
}
