import { extract } from 'tar-stream';
import { runTool, runToolForBytes } from '../../adapters/process/run-tool.ts';
import { FoundryError } from '../../domain/errors.ts';
import { parseParagraphs } from '../archive/control-file.ts';

/** One thing a Debian package installs, where Debian installs it. Folders are left out: they follow from the rest. */
export type DebEntry =
  | { readonly type: 'file'; readonly path: string; readonly mode: number; readonly content: Uint8Array }
  | { readonly type: 'symlink'; readonly path: string; readonly target: string }
  | { readonly type: 'hardlink'; readonly path: string; readonly mode: number; readonly target: string };

/** A Debian package, read into memory. */
export interface DebFile {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly homepage: string;
  readonly entries: readonly DebEntry[];
  /** The newest time within, in seconds since 1970: Debian's builds clamp it to the last changelog entry. */
  readonly newest: number;
}

/** Reads a `.deb` with the host's dpkg-deb. Throws FND_TOOL_MISSING without it, FND_BAD_DATA for special files. */
export async function readDeb(path: string): Promise<DebFile> {
  const { stdout } = await runTool({ tool: 'dpkg-deb', file: 'dpkg-deb', args: ['--field', path] });
  const [control] = parseParagraphs(stdout);
  const { stdout: tree } = await runToolForBytes({
    tool: 'dpkg-deb',
    file: 'dpkg-deb',
    args: ['--fsys-tarfile', path],
  });
  const entries: DebEntry[] = [];
  let newest = 0;
  const reader = extract();
  reader.end(tree);
  for await (const entry of reader) {
    const { name, type, mode, mtime, linkname } = entry.header;
    newest = Math.max(newest, Math.floor(mtime.getTime() / 1000));
    const where = trim(name);
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) chunks.push(chunk as Uint8Array);
    if (type === 'directory') continue;
    const bits = mode & 0o777;
    if (type === 'file') entries.push({ type, path: where, mode: bits, content: Buffer.concat(chunks) });
    else if (type === 'symlink') entries.push({ type, path: where, target: linkname });
    else if (type === 'link')
      entries.push({ type: 'hardlink', path: where, mode: bits, target: trim(linkname) });
    else throw new FoundryError('FND_BAD_DATA', `${path}: ${name} is a ${type}`);
  }
  const name = control?.get('Package') ?? '';
  return {
    name,
    version: control?.get('Version') ?? '',
    source: control?.get('Source')?.split(' ')[0] ?? name,
    homepage: control?.get('Homepage') ?? '',
    entries,
    newest,
  };
}

function trim(path: string): string {
  return path.replace(/^(\.?\/)+/, '').replace(/\/$/, '');
}
