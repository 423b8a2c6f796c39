/** Makes a minimal 64-bit ELF file with a dynamic section: headers, then the section, then its strings. */
export function elfSample(facts: {
  needed?: readonly string[];
  soname?: string;
  interpreter?: string;
}): Uint8Array {
  const strings: Buffer[] = [Buffer.from('\0')];
  const place = (text: string): number => {
    const offset = strings.reduce((sum, part) => sum + part.length, 0);
    strings.push(Buffer.from(`${text}\0`));
    return offset;
  };
  const entries: [number, number][] = (facts.needed ?? []).map((name) => [1, place(name)]);
  if (facts.soname !== undefined) entries.push([14, place(facts.soname)]);
  const interpreter = facts.interpreter === undefined ? undefined : place(facts.interpreter);
  const programs = interpreter === undefined ? 2 : 3;
  const dynamicOffset = 64 + programs * 56;
  const stringsOffset = dynamicOffset + (entries.length + 2) * 16;
  const table = Buffer.concat(strings);
  const address = 0x400000;
  entries.push([5, address + stringsOffset], [0, 0]);

  const file = Buffer.alloc(stringsOffset + table.length);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(programs, 56);
  const segment = (index: number, type: number, offset: number, size: number): void => {
    const at = 64 + index * 56;
    file.writeUInt32LE(type, at);
    file.writeBigUInt64LE(BigInt(offset), at + 8);
    file.writeBigUInt64LE(BigInt(address + offset), at + 16);
    file.writeBigUInt64LE(BigInt(size), at + 32);
  };
  segment(0, 1, 0, file.length);
  segment(1, 2, dynamicOffset, entries.length * 16);
  if (interpreter !== undefined)
    segment(2, 3, stringsOffset + interpreter, (facts.interpreter ?? '').length + 1);
  entries.forEach(([tag, value], index) => {
    file.writeBigInt64LE(BigInt(tag), dynamicOffset + index * 16);
    file.writeBigUInt64LE(BigInt(value), dynamicOffset + index * 16 + 8);
  });
  file.set(table, stringsOffset);
  return file;
}
