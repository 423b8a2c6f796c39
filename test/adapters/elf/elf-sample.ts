/** What a sample file shall say of itself. */
interface Sample {
  readonly needed?: readonly string[];
  readonly soname?: string;
  readonly interpreter?: string;
  readonly runpath?: string;
  /** More entries of the dynamic section: tag and value. */
  readonly tags?: readonly (readonly [number, number])[];
  /** More program headers: type and flags. */
  readonly segments?: readonly (readonly [number, number])[];
  readonly sections?: Readonly<Record<string, string>>;
}

const ADDRESS = 0x400000;

/** Makes a small 64-bit ELF shared object: headers, dynamic section, its strings, and any sections with their headers. */
export function elfSample(sample: Sample): Uint8Array {
  const strings = stringTable();
  const entries: (readonly [number, number])[] = (sample.needed ?? []).map((name) => [
    1,
    strings.place(name),
  ]);
  if (sample.soname !== undefined) entries.push([14, strings.place(sample.soname)]);
  if (sample.runpath !== undefined) entries.push([29, strings.place(sample.runpath)]);
  entries.push(...(sample.tags ?? []));
  const interpreter = sample.interpreter === undefined ? undefined : strings.place(sample.interpreter);
  const extra = sample.segments ?? [];
  const programs = (interpreter === undefined ? 2 : 3) + extra.length;
  const dynamicOffset = 64 + programs * 56;
  const stringsOffset = dynamicOffset + (entries.length + 2) * 16;
  entries.push([5, ADDRESS + stringsOffset], [0, 0]);

  const file = Buffer.alloc(stringsOffset + strings.bytes().length);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file.writeUInt16LE(3, 16);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(programs, 56);
  const segment = (index: number, type: number, flags: number, offset: number, size: number): void => {
    const at = 64 + index * 56;
    file.writeUInt32LE(type, at);
    file.writeUInt32LE(flags, at + 4);
    file.writeBigUInt64LE(BigInt(offset), at + 8);
    file.writeBigUInt64LE(BigInt(ADDRESS + offset), at + 16);
    file.writeBigUInt64LE(BigInt(size), at + 32);
  };
  segment(0, 1, 5, 0, file.length);
  segment(1, 2, 6, dynamicOffset, entries.length * 16);
  extra.forEach(([type, flags], index) => segment(2 + index, type, flags, 0, 0));
  if (interpreter !== undefined)
    segment(programs - 1, 3, 4, stringsOffset + interpreter, (sample.interpreter ?? '').length + 1);
  entries.forEach(([tag, value], index) => {
    file.writeBigInt64LE(BigInt(tag), dynamicOffset + index * 16);
    file.writeBigUInt64LE(BigInt(value), dynamicOffset + index * 16 + 8);
  });
  file.set(strings.bytes(), stringsOffset);
  return sample.sections === undefined ? file : withSections(file, sample.sections);
}

function withSections(file: Buffer, sections: Readonly<Record<string, string>>): Uint8Array {
  const names = stringTable();
  const parts: Buffer[] = [file];
  let offset = file.length;
  const headers = Object.entries(sections).map(([name, content]) => {
    const header = sectionHeader(names.place(name), 1, offset, content.length);
    parts.push(Buffer.from(content));
    offset += content.length;
    return header;
  });
  const own = names.place('.shstrtab');
  headers.push(sectionHeader(own, 3, offset, names.bytes().length));
  parts.push(names.bytes());
  offset += names.bytes().length;
  const whole = Buffer.concat([...parts, Buffer.alloc(64), ...headers]);
  whole.writeBigUInt64LE(BigInt(offset), 40);
  whole.writeUInt16LE(64, 58);
  whole.writeUInt16LE(headers.length + 1, 60);
  whole.writeUInt16LE(headers.length, 62);
  return whole;
}

function sectionHeader(name: number, type: number, offset: number, size: number): Buffer {
  const header = Buffer.alloc(64);
  header.writeUInt32LE(name, 0);
  header.writeUInt32LE(type, 4);
  header.writeBigUInt64LE(BigInt(offset), 24);
  header.writeBigUInt64LE(BigInt(size), 32);
  return header;
}

function stringTable(): { place(text: string): number; bytes(): Buffer } {
  let table = Buffer.from('\0');
  return {
    place(text) {
      const offset = table.length;
      table = Buffer.concat([table, Buffer.from(`${text}\0`)]);
      return offset;
    },
    bytes: () => table,
  };
}
