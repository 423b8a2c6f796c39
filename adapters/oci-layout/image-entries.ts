import { posix } from 'node:path';
import { type ElfFacts, readElf } from '../elf/read-elf.ts';
import { type ArchiveEntry, readArchiveEntries } from './archive-entries.ts';
import type { OciImage } from './oci-image.ts';

/** One entry of the file system of an image, as the layer that it comes from has it. Its path is whole, with a slash first. */
export interface ImageEntry extends Omit<ArchiveEntry, 'content'> {
  /** For an ELF file, what its headers say. */
  readonly elf: ElfFacts | undefined;
}

const REMOVED = '.wh.';
const ALL_REMOVED = '.wh..wh..opq';

/**
 * The entries of all layers of an image, later ones over earlier ones, sorted by path: owners, modes and times as they are in the
 * layers, which no unpacked copy keeps. What a layer removes (image-spec 1.1, layer.md: whiteouts) is not there. Throws FND_BAD_DATA.
 */
export async function readImageEntries(image: Pick<OciImage, 'layers'>): Promise<ImageEntry[]> {
  const merged = new Map<string, ImageEntry>();
  for (const [index, layer] of image.layers.entries()) {
    const own = new Map<string, ImageEntry>();
    for await (const { content, ...entry } of readArchiveEntries(layer, `layer ${index + 1}`)) {
      const path = `/${entry.path}`;
      const name = posix.basename(path);
      if (name === ALL_REMOVED) removeBelow(merged, posix.dirname(path));
      else if (name.startsWith(REMOVED))
        removeAt(merged, posix.join(posix.dirname(path), name.slice(REMOVED.length)));
      else own.set(path, { ...entry, path, elf: entry.type === 'file' ? readElf(content) : undefined });
    }
    for (const [path, entry] of own) {
      if (entry.type !== 'directory') removeBelow(merged, path);
      merged.set(path, entry);
    }
  }
  return [...merged.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function removeAt(entries: Map<string, ImageEntry>, path: string): void {
  entries.delete(path);
  removeBelow(entries, path);
}

function removeBelow(entries: Map<string, ImageEntry>, folder: string): void {
  const before = folder === '/' ? folder : `${folder}/`;
  for (const path of entries.keys()) if (path.startsWith(before)) entries.delete(path);
}
