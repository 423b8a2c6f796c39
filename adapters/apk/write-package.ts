import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { packGzipMember } from './gzip-members.ts';
import type { PackageFile } from './package-file.ts';
import { renderPackageInfo, type PackageInfo } from './package-info.ts';
import { addEntry, packTarFiles, rootOwned, type TarHeader } from './tar.ts';

/** One thing a package installs. Paths are relative, without `.` or `..`; everything belongs to root. */
export type PackageEntry =
  | { readonly type: 'directory'; readonly path: string; readonly mode: number }
  | { readonly type: 'file'; readonly path: string; readonly mode: number; readonly content: Uint8Array }
  | { readonly type: 'symlink'; readonly path: string; readonly target: string }
  | { readonly type: 'hardlink'; readonly path: string; readonly mode: number; readonly target: string };

const CHECKSUM = 'APK-TOOLS.checksum.SHA1';

/**
 * Writes an unsigned apk v2 package. Entries are sorted by path (hard links after what they link to), missing parent folders
 * are added, all times are `info.buildTime`; `installedSize` and `dataHash` are computed here.
 * The same input gives the same bytes with the same Node. Throws FND_BAD_DATA for a path that leaves the root or comes twice.
 */
export async function writePackage(
  info: Omit<PackageInfo, 'dataHash' | 'installedSize'>,
  entries: readonly PackageEntry[],
): Promise<PackageFile> {
  const ordered = orderEntries(entries, info.name);
  const data = await packData(ordered, info.buildTime);
  const installedSize = ordered.reduce(
    (sum, entry) => sum + (entry.type === 'file' ? entry.content.length : 0),
    0,
  );
  const complete: PackageInfo = { ...info, installedSize, dataHash: sha256(data) };
  const control = await packTarFiles(
    [{ name: '.PKGINFO', content: Buffer.from(renderPackageInfo(complete)) }],
    {
      mtime: info.buildTime,
    },
  );
  return { signatures: [], control: packGzipMember(control), data, info: complete };
}

/** The bytes of an unsigned package. */
export function packageBytes(file: PackageFile): Uint8Array {
  return Buffer.concat([file.control, file.data]);
}

async function packData(entries: readonly PackageEntry[], mtime: number): Promise<Uint8Array> {
  const writer = pack();
  const chunks: Uint8Array[] = [];
  const packed = pipeline(writer, createGzip({ level: 6 }), async (stream: AsyncIterable<Uint8Array>) => {
    for await (const chunk of stream) chunks.push(chunk);
  });
  const written = (async () => {
    for (const entry of entries) {
      await addEntry(writer, headerOf(entry, mtime), entry.type === 'file' ? entry.content : undefined);
    }
    writer.finalize();
  })();
  await Promise.all([packed, written]);
  return Buffer.concat(chunks);
}

function headerOf(entry: PackageEntry, mtime: number): TarHeader {
  const shared = { ...rootOwned(mtime), name: entry.path };
  if (entry.type === 'directory') return { ...shared, type: 'directory', mode: entry.mode };
  if (entry.type === 'hardlink') return { ...shared, type: 'link', mode: entry.mode, linkname: entry.target };
  const pax = { [CHECKSUM]: sha1Hex(entry.type === 'file' ? entry.content : entry.target) };
  return entry.type === 'file'
    ? { ...shared, type: 'file', mode: entry.mode, pax }
    : { ...shared, type: 'symlink', mode: 0o777, linkname: entry.target, pax };
}

function orderEntries(entries: readonly PackageEntry[], name: string): PackageEntry[] {
  const byPath = new Map<string, PackageEntry>();
  for (const entry of entries) {
    checkPath(entry.path, name);
    if (entry.type === 'hardlink') checkPath(entry.target, name);
    if (byPath.has(entry.path))
      throw new FoundryError('FND_BAD_DATA', `package ${name} holds ${entry.path} twice`);
    byPath.set(entry.path, entry);
  }
  for (const { path } of entries) {
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth += 1) {
      const folder = parts.slice(0, depth).join('/');
      if (!byPath.has(folder)) byPath.set(folder, { type: 'directory', path: folder, mode: 0o755 });
    }
  }
  return [...byPath.values()].sort(
    (a, b) => Number(a.type === 'hardlink') - Number(b.type === 'hardlink') || (a.path < b.path ? -1 : 1),
  );
}

function checkPath(path: string, name: string): void {
  const parts = path.split('/');
  if (parts.every((part) => part !== '' && part !== '.' && part !== '..') && !path.includes('\0')) return;
  throw new FoundryError('FND_BAD_DATA', `package ${name} holds the path ${JSON.stringify(path)}`);
}

function sha1Hex(content: Uint8Array | string): string {
  return createHash('sha1').update(content).digest('hex');
}
