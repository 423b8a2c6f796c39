import type { Section } from './sections.ts';
import { textAt } from './text-at.ts';

/** Names of the dynamic symbol table, without versions, sorted, each once. */
export interface DynamicSymbols {
  /** Defined here, for others to use. */
  readonly exports: readonly string[];
  /** Used here, defined elsewhere. */
  readonly imports: readonly string[];
}

const ENTRY_SIZE = 24;
const UNDEFINED = 0;
/** `STB_LOCAL`: of no concern to others. */
const LOCAL = 0;
/** `STV_INTERNAL` and `STV_HIDDEN`. */
const NOT_SEEN = new Set([1, 2]);

/** Reads `.dynsym`; undefined for a file without it. Throws RangeError when it ends outside the file. */
export function readDynamicSymbols(
  file: Uint8Array,
  view: DataView,
  sections: readonly Section[],
): DynamicSymbols | undefined {
  const table = sections.find(({ name }) => name === '.dynsym');
  const strings = sections.find(({ name }) => name === '.dynstr');
  if (table === undefined || strings === undefined) return undefined;
  const exports = new Set<string>();
  const imports = new Set<string>();
  for (let at = table.offset + ENTRY_SIZE; at + ENTRY_SIZE <= table.offset + table.size; at += ENTRY_SIZE) {
    const name = textAt(file, strings.offset + view.getUint32(at, true));
    const isSeen = view.getUint8(at + 4) >> 4 !== LOCAL && !NOT_SEEN.has(view.getUint8(at + 5) & 3);
    if (name === '' || !isSeen) continue;
    (view.getUint16(at + 6, true) === UNDEFINED ? imports : exports).add(name);
  }
  return { exports: [...exports].toSorted(), imports: [...imports].toSorted() };
}
