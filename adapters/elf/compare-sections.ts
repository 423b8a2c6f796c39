import { readElf } from './read-elf.ts';

/**
 * The names of the sections in which two ELF files differ, in the order of the first file; `outside the sections` for bytes that
 * belong to none, such as headers and padding. Undefined when one of them is no ELF file that we can read.
 */
export function compareSections(left: Uint8Array, right: Uint8Array): string[] | undefined {
  const [a, b] = [contents(left), contents(right)];
  if (a === undefined || b === undefined) return undefined;
  const names = new Set([...a.keys(), ...b.keys()]);
  const different = [...names].filter((name) => !same(a.get(name), b.get(name)));
  if (different.length > 0 || same(left, right)) return different;
  return ['outside the sections'];
}

/** The bytes of each section; sections of one name are told apart by their number. */
function contents(file: Uint8Array): Map<string, Uint8Array> | undefined {
  const facts = readElf(file);
  if (facts === undefined || facts.sections.length === 0) return undefined;
  const found = new Map<string, Uint8Array>();
  for (const [index, { name, offset, size }] of facts.sections.entries()) {
    found.set(found.has(name) ? `${name} (number ${index + 1})` : name, file.subarray(offset, offset + size));
  }
  return found;
}

function same(left: Uint8Array | undefined, right: Uint8Array | undefined): boolean {
  return left !== undefined && right !== undefined && Buffer.compare(left, right) === 0;
}
