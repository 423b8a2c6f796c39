import { extract, pack, type Header, type Pack } from 'tar-stream';
import { FoundryError, messageOf } from '../../domain/errors.ts';

const BLOCK = 512;
const END_OF_ARCHIVE = 2 * BLOCK;

/** What is said about an entry; the size follows from its content. */
export type TarHeader = Partial<Header> & Pick<Header, 'name'>;

/** One file of a small archive. */
export interface TarFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** Reads the plain files of a tar archive that is in memory; other entries are refused. Throws FND_BAD_DATA, naming `what`. */
export async function readTarFiles(archive: Uint8Array, what: string): Promise<TarFile[]> {
  const files: TarFile[] = [];
  const reader = extract();
  try {
    reader.end(archive);
    for await (const entry of reader) {
      const { name, type } = entry.header;
      if (type !== 'file')
        throw new FoundryError('FND_BAD_DATA', `${what}: ${name} is a ${type}, not a file`);
      files.push({ name, content: await collect(entry) });
    }
  } catch (error) {
    if (error instanceof FoundryError) throw error;
    throw new FoundryError('FND_BAD_DATA', `${what} is not a tar archive (${messageOf(error)})`, {
      cause: error,
    });
  }
  return files;
}

/**
 * Packs small files as root's, mode 0644, at one time in seconds. Without the two zero blocks of the end, because the archive
 * is the beginning of a longer one, unless `endOfArchive` is set.
 */
export async function packTarFiles(
  files: readonly TarFile[],
  options: { mtime: number; endOfArchive?: boolean },
): Promise<Uint8Array> {
  const writer = pack();
  const collected = collect(writer);
  for (const { name, content } of files) {
    await addEntry(writer, { ...rootOwned(options.mtime), name, type: 'file', mode: 0o644 }, content);
  }
  writer.finalize();
  const archive = await collected;
  return options.endOfArchive === true ? archive : archive.subarray(0, archive.length - END_OF_ARCHIVE);
}

/** The part of a tar header that is the same for every entry we write: root's, at one time in seconds. */
export function rootOwned(mtime: number): Pick<Header, 'uid' | 'gid' | 'uname' | 'gname' | 'mtime'> {
  return { uid: 0, gid: 0, uname: 'root', gname: 'root', mtime: new Date(mtime * 1000) };
}

/** Adds one entry and waits until the archive has taken it. */
export async function addEntry(writer: Pack, header: TarHeader, content?: Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const done = (error?: Error | null): void => (error ? reject(error) : resolve());
    if (content === undefined) writer.entry(header, done);
    else writer.entry({ ...header, size: content.length }, content, done);
  });
}

async function collect(stream: AsyncIterable<unknown>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk as Uint8Array);
  const [only, ...more] = chunks;
  return only !== undefined && more.length === 0 ? only : Buffer.concat(chunks);
}
