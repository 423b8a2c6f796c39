import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import type { PackageFile } from './package-file.ts';
import type { PackageEntry } from './write-package.ts';

/** What the data member may unpack to, in bytes. */
const MAX_DATA = 4 * 1024 * 1024 * 1024;

/**
 * Reads what a package installs, entry by entry, so that only one file is in memory at a time.
 * Verify the package first: nothing is checked here but the form. Throws FND_BAD_DATA, naming `what`.
 */
export async function* readPackageEntries(file: PackageFile, what: string): AsyncGenerator<PackageEntry> {
  const reader = extract();
  const unpacked = pipeline(Readable.from([file.data]), createGunzip(), bounded, reader);
  const failed = unpacked.then(
    () => undefined,
    (error: unknown) => error,
  );
  try {
    for await (const entry of reader) {
      const { name, type, mode, linkname } = entry.header;
      const path = name.replace(/\/$/, '');
      const chunks: Uint8Array[] = [];
      for await (const chunk of entry) chunks.push(chunk as Uint8Array);
      if (type === 'directory') yield { type, path, mode };
      else if (type === 'file') yield { type, path, mode, content: Buffer.concat(chunks) };
      else if (type === 'symlink') yield { type, path, target: linkname };
      else if (type === 'link') yield { type: 'hardlink', path, mode, target: linkname };
      else throw new FoundryError('FND_BAD_DATA', `${what}: ${name} is a ${type}`);
    }
  } catch (error) {
    if (error instanceof FoundryError) throw error;
    throw unreadable(error, what);
  } finally {
    reader.destroy();
  }
  const error = await failed;
  if (error !== undefined) throw unreadable(error, what);
}

async function* bounded(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > MAX_DATA) throw new Error(`it unpacks to more than ${MAX_DATA} bytes`);
    yield chunk;
  }
}

function unreadable(cause: unknown, what: string): FoundryError {
  return new FoundryError(
    'FND_BAD_DATA',
    `${what}: its data member cannot be unpacked (${messageOf(cause)})`,
    {
      cause,
    },
  );
}
