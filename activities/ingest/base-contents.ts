import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { type IndexRecord, parseIndexRecords } from '../../adapters/apk/index-record.ts';
import { INSTALLED_DATABASES } from '../../adapters/apk/installed-database.ts';
import { FoundryError, messageOf } from '../../domain/errors.ts';

const KEY = /^(?:etc|usr\/share)\/apk\/keys\/([^/]+\.rsa\.pub)$/;
const LARGEST = 64 * 1024 * 1024;

/** What ingest reads out of a base image. */
export interface BaseContents {
  /** The packages it holds, at their exact versions and with their checksums. */
  readonly packages: readonly IndexRecord[];
  /** The repository keys it trusts, in PEM: file name to texts. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads the packages and the repository keys of an image from its layers, lowest first; a file of a higher layer counts.
 * Throws FND_BAD_DATA for a layer that cannot be read, and for an image without a database of packages.
 */
export async function readBaseContents(layers: readonly string[], image: string): Promise<BaseContents> {
  const files = new Map<string, string>();
  for (const layer of layers) await readLayer(layer, files, image);
  const database = INSTALLED_DATABASES.flatMap((path) => files.get(path) ?? [])[0];
  if (database === undefined) {
    throw new FoundryError('FND_BAD_DATA', `${image} has no database of installed packages`, {
      hint: 'A base image must be made of apk packages, as wolfi-base is.',
    });
  }
  const keys = new Map<string, string[]>();
  for (const [path, text] of files) {
    const [, name] = KEY.exec(path) ?? [];
    if (name !== undefined) keys.set(name, [...(keys.get(name) ?? []), text]);
  }
  return { packages: parseIndexRecords(database, `${image}: installed packages`), keys };
}

async function readLayer(path: string, files: Map<string, string>, image: string): Promise<void> {
  const reader = extract();
  const unpacked = pipeline(createReadStream(path), createGunzip(), reader);
  try {
    for await (const entry of reader) {
      const name = entry.header.name.replace(/^\.?\//, '');
      const isNeeded = entry.header.type === 'file' && (INSTALLED_DATABASES.includes(name) || KEY.test(name));
      if (isNeeded) files.set(name, await textOf(entry));
      else entry.resume();
    }
    await unpacked;
  } catch (cause) {
    await unpacked.catch(() => undefined);
    throw new FoundryError('FND_BAD_DATA', `${image}: a layer cannot be unpacked (${messageOf(cause)})`, {
      cause,
    });
  }
}

async function textOf(entry: AsyncIterable<unknown>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of entry as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > LARGEST) throw new Error(`a file in it is larger than ${LARGEST} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
