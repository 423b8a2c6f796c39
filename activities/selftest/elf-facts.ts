import type { ElfFacts } from '../../adapters/elf/read-elf.ts';
import type { ElfFact } from './check-definition.ts';

/** One fact of an ELF file as lines `path fact: value`; a list is a line each, and none when it is empty. */
export function elfLine(path: string, fact: ElfFact, elf: ElfFacts): string[] {
  return valuesOf(fact, elf).map((value) => `${path} ${fact}: ${value}`);
}

function valuesOf(fact: ElfFact, elf: ElfFacts): readonly string[] {
  switch (fact) {
    case 'type':
      return [elf.positionIndependent ? 'position independent' : 'fixed'];
    case 'interpreter':
      return elf.interpreter === undefined ? [] : [elf.interpreter];
    case 'needed':
      return elf.needed;
    case 'soname':
      return elf.soname === undefined ? [] : [elf.soname];
    case 'search path':
      return elf.searchPaths;
    case 'relro':
      return [relro(elf)];
    case 'binding':
      return [elf.bindNow ? 'at start' : 'late'];
    case 'stack':
      return [elf.statesStack ? 'stated' : 'not stated'];
    case 'writable code':
      return [yesOrNo(elf.writableCode)];
    case 'text relocations':
      return [yesOrNo(elf.textRelocations)];
    case 'exports':
      return elf.symbols?.exports ?? ['unknown, for it has no section headers'];
    case 'imports':
      return elf.symbols?.imports ?? ['unknown, for it has no section headers'];
    case 'control flow':
      return elf.properties;
  }
  throw new TypeError(`no such fact: ${String(fact satisfies never)}`);
}

function relro({ relocationsReadOnly, bindNow }: ElfFacts): string {
  if (!relocationsReadOnly) return 'none';
  return bindNow ? 'full' : 'partial';
}

function yesOrNo(value: boolean): string {
  return value ? 'yes' : 'no';
}
