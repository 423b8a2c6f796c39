import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { FoundryError, messageOf } from '../../domain/errors.ts';

/** One entry of a layer, or of any other gzipped tar archive. */
export interface ArchiveEntry {
  /** Without a slash at the end and without `./` before it. */
  readonly path: string;
  readonly type: NonNullable<Header['type']>;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Where a link leads; empty for anything else. */
  readonly target: string;
  /** Extended headers, such as checksums and attributes. */
  readonly pax: Readonly<Record<string, string>>;
  readonly content: Uint8Array;
}

/** How much is unpacked at a time, in bytes: larger than usual, because each piece costs as much as thousands of its bytes. */
const CHUNK = 1024 * 1024;
/** What an archive may unpack to, in bytes. */
const MAX_UNPACKED = 8 * 1024 * 1024 * 1024;

/** Reads a gzipped tar archive entry by entry, so that one file is in memory at a time. Throws FND_BAD_DATA, naming `what`. */
export async function* readArchiveEntries(packed: Uint8Array, what: string): AsyncGenerator<ArchiveEntry> {
  const reader = extract();
  const unpacked = pipeline(
    Readable.from([packed]),
    createGunzip({ chunkSize: CHUNK }),
    bounded,
    reader,
  ).then(
    () => undefined,
    (error: unknown) => error,
  );
  try {
    for await (const entry of reader) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of entry) chunks.push(chunk as Uint8Array);
      yield entryOf(entry.header, Buffer.concat(chunks));
    }
  } catch (error) {
    throw unreadable(error, what);
  } finally {
    reader.destroy();
  }
  const error = await unpacked;
  if (error !== undefined) throw unreadable(error, what);
}

function entryOf(header: Header, content: Uint8Array): ArchiveEntry {
  const { name, type, mode, uid, gid, mtime, linkname, pax } = header;
  return {
    path: name.replace(/^\.\//, '').replace(/\/$/, ''),
    type: type ?? 'file',
    mode: mode ?? 0,
    uid: uid ?? 0,
    gid: gid ?? 0,
    mtime: Math.round((mtime?.getTime() ?? 0) / 1000),
    target: linkname ?? '',
    pax: Object.fromEntries(Object.entries(pax ?? {}).map(([key, value]) => [key, String(value)])),
    content,
  };
}

async function* bounded(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > MAX_UNPACKED) throw new Error(`it unpacks to more than ${MAX_UNPACKED} bytes`);
    yield chunk;
  }
}

function unreadable(cause: unknown, what: string): FoundryError {
  if (cause instanceof FoundryError) return cause;
  return new FoundryError('FND_BAD_DATA', `${what} is not a gzipped tar archive (${messageOf(cause)})`, {
    cause,
  });
}
