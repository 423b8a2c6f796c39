import { readDynamic } from './dynamic-section.ts';
import { readProperties } from './properties.ts';
import { type Section, readSections } from './sections.ts';
import { readSegments, SEGMENT } from './segments.ts';
import { type DynamicSymbols, readDynamicSymbols } from './symbols.ts';
import { textAt } from './text-at.ts';

/** The parts of an ELF file that say what it needs to run, and how it may be loaded. */
export interface ElfFacts {
  /** `DT_NEEDED`: names of shared libraries. */
  readonly needed: readonly string[];
  /** `DT_SONAME`, the name others need it by. */
  readonly soname: string | undefined;
  /** `PT_INTERP`, the path of the dynamic loader. */
  readonly interpreter: string | undefined;
  /** `DT_RPATH` and `DT_RUNPATH`: folders of its own in which it looks for libraries. */
  readonly searchPaths: readonly string[];
  /** Whether the loader must write to its code: `DT_TEXTREL` or `DF_TEXTREL`. */
  readonly textRelocations: boolean;
  /** Whether everything is bound at start: `DT_BIND_NOW`, `DF_BIND_NOW` or `DF_1_NOW`. */
  readonly bindNow: boolean;
  /** `ET_DYN`: a shared library, or a program that can be loaded anywhere. */
  readonly positionIndependent: boolean;
  /** Whether there is a `PT_GNU_RELRO` segment. */
  readonly relocationsReadOnly: boolean;
  /** Whether there is memory that may be both written and run: a `PT_LOAD`, or the stack by `PT_GNU_STACK`. */
  readonly writableCode: boolean;
  /** Whether there is a `PT_GNU_STACK` segment; without one the kernel takes the stack to be executable. */
  readonly statesStack: boolean;
  /** `ET_REL`: a piece that a linker makes programs of, which is never run itself. */
  readonly isObject: boolean;
  /** By the section headers; none in a file that was stripped of them. */
  readonly sections: readonly Section[];
  /** What others may use of it and what it uses of others; undefined without section headers. */
  readonly symbols: DynamicSymbols | undefined;
  /** `.note.gnu.property`: `IBT` and `SHSTK` on x86, `BTI` and `PAC` on ARM. */
  readonly properties: readonly string[];
}

const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const TYPE_OBJECT = 1;
const TYPE_DYNAMIC = 3;
/** `PF_X` and `PF_W`. */
const WRITE_AND_RUN = 0b011;

/**
 * Reads the headers of a 64-bit little-endian ELF file (System V ABI, chapters 4 and 5).
 * `undefined` for anything that is not one, or that is damaged: packages carry many kinds of files.
 */
export function readElf(file: Uint8Array): ElfFacts | undefined {
  if (!isElf(file)) return undefined;
  try {
    return readFacts(file);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Whether a file begins like a 64-bit little-endian ELF file. */
function isElf(file: Uint8Array): boolean {
  if (file.length < 64 || file[0] !== 0x7f || file[1] !== 0x45 || file[2] !== 0x4c || file[3] !== 0x46)
    return false;
  return file[4] === CLASS_64 && file[5] === LITTLE_ENDIAN;
}

function readFacts(file: Uint8Array): ElfFacts {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const segments = readSegments(view);
  const interpreter = segments.find((segment) => segment.type === SEGMENT.interpreter);
  const mapped = segments.filter(({ type }) => type === SEGMENT.load || type === SEGMENT.stack);
  const type = view.getUint16(16, true);
  const sections = readSections(file, view);
  return {
    ...readDynamic(file, view, segments),
    interpreter: interpreter === undefined ? undefined : textAt(file, interpreter.offset),
    positionIndependent: type === TYPE_DYNAMIC,
    relocationsReadOnly: segments.some((segment) => segment.type === SEGMENT.readOnlyAfterRelocation),
    writableCode: mapped.some(({ flags }) => (flags & WRITE_AND_RUN) === WRITE_AND_RUN),
    statesStack: segments.some((segment) => segment.type === SEGMENT.stack),
    isObject: type === TYPE_OBJECT,
    sections,
    symbols: readDynamicSymbols(file, view, sections),
    properties: readProperties(view, sections),
  };
}
