import { Buffer } from 'node:buffer';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { readElf } from '../../adapters/elf/read-elf.ts';
import type { Mount } from '../../adapters/sandbox/builder-sandbox.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { ByteChange, ImageFacts, Overlay, Place } from './check-definition.ts';
import { filled, fitsLine } from './evaluate.ts';
import { pathInImage, readInImage } from './image-file.ts';

/** An unpacked image, and what is expected of it. */
export interface Ground {
  readonly root: string;
  readonly facts: ImageFacts;
}

/**
 * Makes what overlays stand for in a folder of the caller's. Throws FND_BAD_DATA when the image does not hold what one changes.
 */
export async function layOver(
  ground: Ground,
  overlays: readonly Overlay[],
  folder: string,
): Promise<Mount[]> {
  const mounts: Mount[] = [];
  for (const [index, overlay] of overlays.entries()) {
    mounts.push(await makeOverlay(ground, overlay, join(folder, `${index}`)));
  }
  return mounts;
}

async function makeOverlay(ground: Ground, overlay: Overlay, source: string): Promise<Mount> {
  const { target } = overlay;
  if ('absent' in overlay) return await folderWithout(ground, target, source);
  if ('empty' in overlay) await mkdir(source);
  else await writeFile(source, await contentOf(ground, overlay), { mode: 0o755 });
  return { source, target };
}

async function contentOf(
  ground: Ground,
  overlay: Exclude<Overlay, { absent: true } | { empty: true }>,
): Promise<Uint8Array | string> {
  const { root, facts } = ground;
  if ('text' in overlay) return filled(overlay.text, facts);
  if ('change' in overlay) {
    return changed(await readInImage(root, overlay.of ?? overlay.target), overlay.change, overlay.target);
  }
  const { target, line, by } = overlay;
  const lines = (await readInImage(root, target)).toString('utf8').split('\n');
  const at = lines.findIndex((found) => fitsLine(line, found, facts));
  if (at === -1) throw new FoundryError('FND_BAD_DATA', `${target} of the image has no line ${String(line)}`);
  lines.splice(at, 1, ...(by === null ? [] : [filled(by, facts)]));
  return lines.join('\n');
}

async function folderWithout({ root }: Ground, target: string, source: string): Promise<Mount> {
  await pathInImage(root, target);
  const folder = posix.dirname(target);
  await cp(await pathInImage(root, folder), source, { recursive: true, verbatimSymlinks: true });
  await rm(join(source, posix.basename(target)));
  return { source, target: folder };
}

function changed(file: Buffer, change: ByteChange, name: string): Uint8Array {
  if ('append' in change) return Buffer.concat([file, Buffer.from(change.append)]);
  if ('keep' in change) {
    const kept = { nothing: 0, half: file.length >> 1, 'all but one byte': file.length - 1 }[change.keep];
    return file.subarray(0, kept);
  }
  const at = offsetOf(file, change.flip, name);
  const byte = file[at];
  if (byte === undefined) throw new FoundryError('FND_BAD_DATA', `${name} of the image has no byte ${at}`);
  const flipped = Buffer.from(file);
  flipped[at] = byte ^ 1;
  return flipped;
}

function offsetOf(file: Buffer, place: Place, name: string): number {
  if (place === 'middle') return file.length >> 1;
  if (place === 'last byte') return file.length - 1;
  const section = readElf(file)?.sections.find((one) => one.name === place.section);
  if (section !== undefined && section.size > 0) return section.offset;
  throw new FoundryError('FND_BAD_DATA', `${name} of the image has no section ${place.section}`);
}
