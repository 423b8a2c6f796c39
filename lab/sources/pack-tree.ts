import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { gzipStored } from './stored-gzip.ts';

/**
 * Packs a folder as `<name>/…` in a tar.gz that depends on nothing but names, contents and executable bits: entries sorted by
 * byte order, one time for all, owner 0, modes 0755 and 0644, gzip without compression.
 * Throws TypeError for anything but files, folders and symbolic links.
 */
export async function packTree(folder: string, name: string, mtime: Date): Promise<Uint8Array> {
  const tar = pack();
  const whole = buffer(tar);
  const common = { mtime, uid: 0, gid: 0, uname: 'root', gname: 'root' };
  tar.entry({ ...common, name: `${name}/`, type: 'directory', mode: 0o755 });
  for (const path of await listTree(folder)) {
    const absolute = join(folder, path);
    const stats = await lstat(absolute);
    const entry = { ...common, name: `${name}/${path}` };
    if (stats.isDirectory()) tar.entry({ ...entry, name: `${entry.name}/`, type: 'directory', mode: 0o755 });
    else if (stats.isSymbolicLink()) {
      tar.entry({ ...entry, type: 'symlink', mode: 0o777, linkname: await readlink(absolute) });
    } else if (stats.isFile()) {
      const mode = (stats.mode & 0o100) === 0 ? 0o644 : 0o755;
      tar.entry({ ...entry, type: 'file', mode }, await readFile(absolute));
    } else throw new TypeError(`${absolute} is neither a file nor a folder nor a symbolic link`);
  }
  tar.finalize();
  return gzipStored(await whole);
}

async function listTree(folder: string): Promise<string[]> {
  const paths = await readdir(folder, { recursive: true });
  return paths.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
