import { compareSections } from '../../adapters/elf/compare-sections.ts';
import { type ArchiveEntry, readArchiveEntries } from '../../adapters/oci-layout/archive-entries.ts';
import { type Sha256, sha256 } from '../../domain/digest.ts';

/** One thing in which two builds differ. */
export interface Difference {
  /** From the outside in: package or image, then the file in it. */
  readonly where: string;
  /** What differs, such as `content`, `mode 644 and 600`, `only in a`. */
  readonly what: string;
  /** For ELF files: the sections. */
  readonly sections?: readonly string[];
}

/** How the two sides are called in what is reported. */
export interface Sides {
  readonly a: string;
  readonly b: string;
}

type Facts = Omit<ArchiveEntry, 'content'> & { readonly digest: Sha256; readonly size: number };

/**
 * Compares two gzipped tar archives file by file, ELF files section by section. When all files are equal and the bytes are not, the
 * packing or the order is what differs. Equal bytes are not unpacked. Throws FND_BAD_DATA for what is no archive.
 */
export async function compareArchives(
  a: Uint8Array,
  b: Uint8Array,
  where: string,
  sides: Sides,
): Promise<Difference[]> {
  if (Buffer.compare(a, b) === 0) return [];
  const [left, right] = [
    await factsOf(a, `${where} of ${sides.a}`),
    await factsOf(b, `${where} of ${sides.b}`),
  ];
  const found: Difference[] = [];
  const changed: string[] = [];
  for (const path of [...new Set([...left.keys(), ...right.keys()])].toSorted()) {
    const [one, other] = [left.get(path), right.get(path)];
    const at = `${where}: ${path}`;
    if (one === undefined) found.push({ where: at, what: `only in ${sides.b}` });
    else if (other === undefined) found.push({ where: at, what: `only in ${sides.a}` });
    else {
      found.push(...headerDifferences(one, other).map((what) => ({ where: at, what })));
      if (one.digest !== other.digest) changed.push(path);
    }
  }
  found.push(...(await contentDifferences(a, b, changed, where)));
  if (found.length > 0) return found;
  const sameOrder = [...left.keys()].join('\n') === [...right.keys()].join('\n');
  return [
    { where, what: sameOrder ? 'packing: every file is equal' : 'order of the files: every file is equal' },
  ];
}

async function factsOf(packed: Uint8Array, what: string): Promise<Map<string, Facts>> {
  const facts = new Map<string, Facts>();
  for await (const { content, ...entry } of readArchiveEntries(packed, what)) {
    facts.set(entry.path, { ...entry, digest: sha256(content), size: content.length });
  }
  return facts;
}

function headerDifferences(a: Facts, b: Facts): string[] {
  const shown: readonly (readonly [string, string, string])[] = [
    ['type', a.type, b.type],
    ['mode', a.mode.toString(8), b.mode.toString(8)],
    ['owner', `${a.uid}:${a.gid}`, `${b.uid}:${b.gid}`],
    ['time', String(a.mtime), String(b.mtime)],
    ['target', a.target, b.target],
    // A checksum in the header follows from the content, which is reported by itself.
    ...(a.digest === b.digest
      ? [['extended header', JSON.stringify(a.pax), JSON.stringify(b.pax)] as const]
      : []),
  ];
  return shown
    .filter(([, one, other]) => one !== other)
    .map(([what, one, other]) => `${what} ${one} and ${other}`);
}

async function contentDifferences(
  a: Uint8Array,
  b: Uint8Array,
  paths: readonly string[],
  where: string,
): Promise<Difference[]> {
  if (paths.length === 0) return [];
  const [left, right] = [await contentsOf(a, paths, where), await contentsOf(b, paths, where)];
  return paths.map((path) => {
    const [one, other] = [left.get(path) ?? new Uint8Array(), right.get(path) ?? new Uint8Array()];
    const sections = compareSections(one, other);
    const what = `content (${one.length} and ${other.length} bytes)`;
    return { where: `${where}: ${path}`, what, ...(sections === undefined ? {} : { sections }) };
  });
}

async function contentsOf(
  packed: Uint8Array,
  paths: readonly string[],
  what: string,
): Promise<Map<string, Uint8Array>> {
  const wanted = new Set(paths);
  const contents = new Map<string, Uint8Array>();
  for await (const { path, content } of readArchiveEntries(packed, what))
    if (wanted.has(path)) contents.set(path, content);
  return contents;
}
