import type { Section } from './sections.ts';

/** `NT_GNU_PROPERTY_TYPE_0`. */
const PROPERTY_NOTE = 5;
const MACHINE = { x86: 62, arm: 183 } as const;
/** `GNU_PROPERTY_X86_FEATURE_1_AND` and `GNU_PROPERTY_AARCH64_FEATURE_1_AND`, with the names of their bits, the lowest first. */
const FEATURES: Readonly<Record<number, { readonly type: number; readonly bits: readonly string[] }>> = {
  [MACHINE.x86]: { type: 0xc0000002, bits: ['IBT', 'SHSTK'] },
  [MACHINE.arm]: { type: 0xc0000000, bits: ['BTI', 'PAC'] },
};

/** The control-flow features that a file asks for in `.note.gnu.property`. Throws RangeError when the note ends outside the file. */
export function readProperties(view: DataView, sections: readonly Section[]): string[] {
  const note = sections.find(({ name }) => name === '.note.gnu.property');
  const features = FEATURES[view.getUint16(18, true)];
  if (note === undefined || features === undefined) return [];
  const nameSize = view.getUint32(note.offset, true);
  const end = note.offset + 12 + aligned(nameSize, 4) + view.getUint32(note.offset + 4, true);
  if (view.getUint32(note.offset + 8, true) !== PROPERTY_NOTE) return [];
  for (let at = note.offset + 12 + aligned(nameSize, 4); at + 8 <= end;) {
    const size = view.getUint32(at + 4, true);
    if (view.getUint32(at, true) === features.type) {
      const set = view.getUint32(at + 8, true);
      return features.bits.filter((_name, bit) => (set & (1 << bit)) !== 0);
    }
    at += 8 + aligned(size, 8);
  }
  return [];
}

function aligned(size: number, to: number): number {
  return Math.ceil(size / to) * to;
}
