import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import type { PackageFile } from './package-file.ts';

/** What headers and padding may add to what a package says it installs. */
const SLACK = 64 * 1024 * 1024;
const INSTALLED: ReadonlySet<string | null | undefined> = new Set(['file', 'directory', 'symlink', 'link']);

/**
 * Refuses a package that installs what none should: paths that leave the root, devices and pipes, or more bytes than its `.PKGINFO`
 * promises, however small it is packed. Nothing of it is kept in memory. Throws FND_BAD_DATA, naming `what`.
 */
export async function checkPackageEntries(file: PackageFile, what: string): Promise<void> {
  const { installedSize } = file.info;
  const reader = extract();
  const unpacked = pipeline(
    Readable.from([file.data]),
    createGunzip(),
    (stream: AsyncIterable<Uint8Array>) => bounded(stream, 2 * installedSize + SLACK),
    reader,
  ).then(
    () => undefined,
    (error: unknown) => error,
  );
  let size = 0;
  try {
    for await (const entry of reader) {
      checkEntry(entry.header, what);
      size += entry.header.size ?? 0;
      if (size > installedSize)
        throw refused(what, `holds more than the ${installedSize} bytes it promises to install`);
      entry.resume();
    }
  } catch (error) {
    // An entry that was refused ends the unpacking too, and is the reason for it.
    if (error instanceof FoundryError) throw error;
    throw cannotUnpack(what, (await unpacked) ?? error);
  } finally {
    reader.destroy();
  }
  const error = await unpacked;
  if (error !== undefined) throw cannotUnpack(what, error);
}

function checkEntry({ name, type, linkname }: Header, what: string): void {
  if (!INSTALLED.has(type))
    throw refused(what, `holds ${JSON.stringify(name)}, a ${type ?? 'thing of no type'}`);
  const paths = type === 'link' ? [name, linkname ?? ''] : [name];
  for (const path of paths) {
    if (staysInside(path)) continue;
    throw refused(what, `holds the path ${JSON.stringify(path)}, which leaves the root`);
  }
}

function staysInside(path: string): boolean {
  return !path.startsWith('/') && !path.includes('\0') && !path.split('/').includes('..');
}

async function* bounded(stream: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > most) throw new Error(`it unpacks to more than ${most} bytes`);
    yield chunk;
  }
}

function cannotUnpack(what: string, error: unknown): FoundryError {
  return refused(what, `has a data member that cannot be unpacked (${messageOf(error)})`, error);
}

function refused(what: string, reason: string, cause?: unknown): FoundryError {
  return new FoundryError('FND_BAD_DATA', `${what} ${reason}`, { cause });
}
