import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { FoundryError, messageOf } from '../../domain/errors.ts';

/**
 * Reads some files of a tar.gz and stops as soon as it has all of them.
 * Throws FND_BAD_DATA when the tarball is broken before that point or lacks one.
 */
export async function readFromTarball(path: string, names: readonly string[]): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  const file = createReadStream(path);
  const gunzip = createGunzip();
  const tar = extract();
  file.on('error', (error) => tar.destroy(error));
  gunzip.on('error', (error) => tar.destroy(error));
  file.pipe(gunzip).pipe(tar);
  try {
    for await (const entry of tar) {
      if (names.includes(entry.header.name)) found.set(entry.header.name, await buffer(entry));
      else entry.resume();
      if (found.size === names.length) break;
    }
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', `${path}: not a whole tar.gz: ${messageOf(cause)}`, { cause });
  } finally {
    file.destroy();
    gunzip.destroy();
  }
  const missing = names.filter((name) => !found.has(name));
  if (missing.length > 0) throw new FoundryError('FND_BAD_DATA', `${path}: has no ${missing.join(', ')}`);
  return found;
}
