import { textAt } from './text-at.ts';

/** One section: a named part of the file. */
export interface Section {
  readonly name: string;
  readonly offset: number;
  /** In the file; 0 for one that is only made in memory. */
  readonly size: number;
}

const NOTHING_IN_FILE = 8;

/** Reads the section headers. Throws RangeError when they end outside the file. */
export function readSections(file: Uint8Array, view: DataView): Section[] {
  const table = Number(view.getBigUint64(40, true));
  const size = view.getUint16(58, true);
  const count = view.getUint16(60, true);
  if (table === 0 || count === 0) return [];
  const names = offsetOf(view, table + view.getUint16(62, true) * size);
  const sections: Section[] = [];
  for (let index = 1; index < count; index += 1) {
    const at = table + index * size;
    const inFile = view.getUint32(at + 4, true) !== NOTHING_IN_FILE;
    sections.push({
      name: textAt(file, names + view.getUint32(at, true)),
      offset: offsetOf(view, at),
      size: inFile ? Number(view.getBigUint64(at + 32, true)) : 0,
    });
  }
  return sections;
}

function offsetOf(view: DataView, header: number): number {
  return Number(view.getBigUint64(header + 24, true));
}
