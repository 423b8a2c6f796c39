import { join, posix } from 'node:path';
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { pack, type Pack } from 'tar-stream';
import { moduleMac } from '../../../activities/selftest/module-mac.ts';
import { addEntry } from '../../../adapters/apk/tar.ts';
import { type ArchiveEntry, readArchiveEntries } from '../../../adapters/oci-layout/archive-entries.ts';
import type { OciImage } from '../../../adapters/oci-layout/oci-image.ts';
import { imageWith, type SampleEntry, sampleLayer } from '../../adapters/oci-layout/sample-image.ts';
import type { Mutant, MutantEntry, ProgramName } from './mutant.ts';

/** Programs as they were compiled. */
export type Programs = Readonly<Record<ProgramName, Uint8Array>>;

type Written = Omit<Exclude<SampleEntry, string>, 'content'> & { readonly content: Uint8Array };

/** Makes the wrong image of a released one, whose unpacked files are in `root`. Throws when a change would change nothing. */
export async function makeMutant(
  mutant: Mutant,
  image: OciImage,
  root: string,
  programs: Programs,
): Promise<OciImage> {
  const { entries, onTop, config, document, annotations, manifest, index } = mutant;
  const layers = entries === undefined ? image.layers : [await layerOf(mutant, image, root, programs)];
  return imageWith(image, {
    ...(entries === undefined && onTop === undefined
      ? {}
      : { layers: onTop === undefined ? layers : [...layers, await sampleLayer(onTop)] }),
    ...(config === undefined ? {} : { config }),
    ...(document === undefined ? {} : { document }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(manifest === undefined ? {} : { manifest }),
    ...(index === undefined ? {} : { index }),
  });
}

/** The one layer of an image again, with what is other in its place: another layer on top would be seen as such. */
async function layerOf(
  { entries = {}, isBare, name }: Mutant,
  image: OciImage,
  root: string,
  programs: Programs,
): Promise<Uint8Array> {
  const left = new Map(Object.entries(entries));
  const writer = pack();
  const chunks = collect(writer);
  if (isBare !== true)
    for await (const entry of readArchiveEntries(image.layers[0] ?? new Uint8Array(), name)) {
      const change = left.get(entry.path);
      left.delete(entry.path);
      const written = change === undefined ? entry : await changed(entry, change, root, programs, entries);
      if (written !== undefined) await write(writer, entry.path, written);
    }
  for (const [path, change] of left) {
    const nothing = {
      type: 'file',
      mode: 0o644,
      uid: 0,
      gid: 0,
      mtime: 0,
      target: '',
      pax: {},
      path,
      content: new Uint8Array(),
    } as const;
    if (typeof change === 'object' && ('removed' in change || 'same' in change || 'replace' in change))
      throw new Error(`${name}: the image has no ${path}`);
    const written = await changed(nothing, change, root, programs, entries);
    if (written !== undefined) await write(writer, path, written);
  }
  writer.finalize();
  return gzipSync(await chunks, { level: 1 });
}

async function changed(
  entry: ArchiveEntry,
  change: MutantEntry,
  root: string,
  programs: Programs,
  all: Readonly<Record<string, MutantEntry>>,
): Promise<Written | ArchiveEntry | undefined> {
  if (typeof change === 'string') return { ...entry, type: 'file', content: Buffer.from(change) };
  if ('removed' in change) return undefined;
  if ('program' in change)
    return { ...entry, type: 'file', mode: 0o755, target: '', content: programs[change.program] };
  if ('same' in change) return { ...entry, ...change };
  if ('replace' in change) {
    const before = Buffer.from(entry.content).toString('utf8');
    const after = before.replace(change.replace, change.by);
    if (after === before) throw new Error(`${entry.path} does not hold ${String(change.replace)}`);
    return { ...entry, content: Buffer.from(after) };
  }
  if ('copy' in change) return { ...entry, type: 'file', mode: 0o755, content: await copied(change, root) };
  if ('macOf' in change) {
    const module = all[change.macOf];
    if (typeof module !== 'object' || !('copy' in module)) throw new Error(`${change.macOf} is not another`);
    const text = Buffer.from(entry.content).toString('utf8');
    const mac = moduleMac(await copied(module, root));
    return { ...entry, content: Buffer.from(text.replace(/module-mac = .*/, `module-mac = ${mac}`)) };
  }
  const { content = '', linkname, ...header } = change;
  return {
    uid: 0,
    gid: 0,
    mtime: 0,
    ...header,
    mode: header.mode ?? (header.type === 'directory' ? 0o755 : 0o644),
    ...(linkname === undefined ? {} : { linkname }),
    content: Buffer.from(content),
  };
}

async function copied(
  { copy, flip, append = '' }: Extract<MutantEntry, { copy: string }>,
  root: string,
): Promise<Uint8Array> {
  const bytes = Buffer.concat([await readFile(join(root, copy)), Buffer.from(append)]);
  const middle = bytes.length >> 1;
  if (flip === true) bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  return bytes;
}

async function write(writer: Pack, path: string, entry: Written | ArchiveEntry): Promise<void> {
  const { content, mtime = 0, pax = {}, type = 'file', mode = 0o644, uid = 0, gid = 0 } = entry;
  // What else an extended header says, of times and names, is said again.
  const attributes = Object.entries(pax).filter(([name]) => name.includes('.'));
  const linkname = 'target' in entry ? entry.target : entry.linkname;
  const header = {
    name: type === 'directory' ? `${path}/` : posix.normalize(path),
    type,
    mode,
    uid,
    gid,
    mtime: new Date(mtime * 1000),
    ...(attributes.length === 0 ? {} : { pax: Object.fromEntries(attributes) }),
    ...(linkname === undefined || linkname === '' ? {} : { linkname }),
  };
  await addEntry(writer, header, type === 'file' ? content : undefined);
}

async function collect(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
