import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseSha256, sha256, type Sha256 } from '../../domain/digest.ts';

/** The SHA-256 of a file of any size, read as a stream. */
export async function hashFile(path: string): Promise<Sha256> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return parseSha256(hash.digest('hex'), path);
}

/** One digest for all files under a folder: over their sorted relative paths and contents, not over times and modes. */
export async function hashFolder(folder: string): Promise<Sha256> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const lines: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    lines.push(`${await hashFile(path)}  ${relative(folder, path)}\n`);
  }
  return sha256(lines.sort().join(''));
}
