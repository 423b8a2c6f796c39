import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';

/** One version of a file on disk. `sha256` is in hexadecimal. */
interface FileVersion {
  readonly sha256: string;
  readonly size: number;
  readonly modified: Date;
}

/** Digests of served files, each computed once as long as the file stays the same. */
export interface FileDigests {
  /** The version of an open file. Throws what the file system throws. */
  ofHandle(handle: FileHandle): Promise<FileVersion>;
  /** The version of the file at a path. Throws what the file system throws. */
  ofPath(path: string): Promise<FileVersion>;
}

/**
 * Keeps digests in memory by device, inode, size and change times, so that a poll costs one `fstat`.
 * Equal content has an equal digest on every day, however the day's tree was made.
 */
export function createFileDigests(): FileDigests {
  const known = new Map<string, Promise<string>>();

  async function ofHandle(handle: FileHandle): Promise<FileVersion> {
    const stat = await handle.stat({ bigint: true });
    const key = [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(':');
    let digest = known.get(key);
    if (digest === undefined) {
      digest = sha256Of(handle);
      known.set(key, digest);
      digest.catch(() => known.delete(key));
    }
    return { sha256: await digest, size: Number(stat.size), modified: stat.mtime };
  }

  async function ofPath(path: string): Promise<FileVersion> {
    const handle = await open(path, 'r');
    try {
      return await ofHandle(handle);
    } finally {
      await handle.close();
    }
  }

  return { ofHandle, ofPath };
}

async function sha256Of(handle: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  const stream = handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 20 });
  for await (const chunk of stream) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
