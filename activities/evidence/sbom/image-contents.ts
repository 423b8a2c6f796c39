import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { type IndexRecord, parseIndexRecords } from '../../../adapters/apk/index-record.ts';
import { INSTALLED_DATABASES } from '../../../adapters/apk/installed-database.ts';
import { type ArchiveEntry, readArchiveEntries } from '../../../adapters/oci-layout/archive-entries.ts';
import { createMemory, frozen } from '../../../adapters/memory/memory.ts';
import type { OciDocuments } from '../../../adapters/oci-layout/oci-image.ts';
import { type Sha256, sha256 } from '../../../domain/digest.ts';
import { FoundryError } from '../../../domain/errors.ts';
import { moduleMac } from '../../selftest/module-mac.ts';

/** The provider module, and where its configuration keeps its MAC. */
export const MODULE_PATH = 'usr/lib/ossl-modules/fips.so';
const MODULE_CONFIGURATION = 'etc/ssl/fipsmodule.cnf';
const SYSTEM_FILES = ['etc/os-release', 'usr/lib/os-release'];
const NEEDED = new Set([MODULE_PATH, MODULE_CONFIGURATION, ...INSTALLED_DATABASES, ...SYSTEM_FILES]);

/** A package of the image's own database, and those of its files that the image has. */
export interface InstalledPackage extends Omit<IndexRecord, 'others'> {
  /** Paths, sorted. */
  readonly files: readonly string[];
}

/** A file by its bytes. */
export interface FoundFile {
  readonly path: string;
  readonly sha256: Sha256;
}

/** What an image holds, whoever built it and whatever it says about itself. */
export interface ImageContents {
  /** `ID` and `VERSION_ID` of os-release. */
  readonly system: { readonly id: string; readonly version: string };
  /** Sorted by name. */
  readonly packages: readonly InstalledPackage[];
  /** The regular files whose bytes no package promises, sorted by path: with these, every byte of the image is accounted for. */
  readonly otherFiles: readonly FoundFile[];
  /** The provider module. Its MAC is computed, and equal to the one that the image configures. */
  readonly module: FoundFile & { readonly mac: string };
}

interface Layered {
  /** SHA-1 as the database writes it, SHA-256, and whether it is a regular file; by path. */
  readonly files: Map<
    string,
    { readonly checksum: string; readonly sha256: Sha256; readonly isRegular: boolean }
  >;
  readonly contents: Map<string, Uint8Array>;
}

/** An image of which the layers are there, or can be had: those that its manifest names, and no others. */
export interface ImageWithLayers extends Pick<OciDocuments, 'manifest'> {
  readonly layers: readonly Uint8Array[] | (() => Promise<readonly Uint8Array[]>);
}

/**
 * Looks through the layers of an image, as they lie on top of each other. What is in layers of these digests is always the same, so it is
 * looked through once in a process. Throws FND_BAD_DATA for layers that cannot be read, without a database of packages, os-release or
 * provider module, and when the configured MAC is not that of the module.
 */
export async function readImageContents({ manifest, layers }: ImageWithLayers): Promise<ImageContents> {
  const digests = manifest.content.layers.map(({ digest }) => digest);
  return await known(digests.join(), async () =>
    frozen(await lookThrough(typeof layers === 'function' ? await layers() : layers)),
  );
}

const known = createMemory<Promise<ImageContents>>(12);

async function lookThrough(layers: readonly Uint8Array[]): Promise<ImageContents> {
  const layered = await readLayers(layers);
  const records = parseIndexRecords(textOf(layered, INSTALLED_DATABASES), 'installed packages');
  const promised = new Set<string>();
  const packages: InstalledPackage[] = [];
  for (const { others, ...record } of records) {
    const listed = filesOf(others);
    for (const { path, checksum } of listed)
      if (layered.files.get(path)?.checksum === checksum) promised.add(path);
    const there = listed.map(({ path }) => path).filter((path) => layered.files.has(path));
    packages.push({ ...record, files: there.toSorted() });
  }
  const otherFiles = [...layered.files]
    .filter(([path, { isRegular }]) => isRegular && !promised.has(path))
    .map(([path, file]) => ({ path, sha256: file.sha256 }));
  return {
    system: readSystem(textOf(layered, SYSTEM_FILES)),
    packages: packages.toSorted((a, b) => compareText(a.name, b.name)),
    otherFiles: otherFiles.toSorted((a, b) => compareText(a.path, b.path)),
    module: readModule(layered),
  };
}

/** The order of texts by their code units: the same on every machine, whatever its language. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

async function readLayers(layers: readonly Uint8Array[]): Promise<Layered> {
  const layered: Layered = { files: new Map(), contents: new Map() };
  for (const [index, layer] of layers.entries()) {
    for await (const entry of readArchiveEntries(layer, `layer ${index + 1}`)) layOver(layered, entry);
  }
  return layered;
}

/** One entry of a layer over what is below it (OCI image-spec 1.1, layer.md, with its whiteouts). */
function layOver({ files, contents }: Layered, { path, type, target, content }: ArchiveEntry): void {
  const [folder, name] = [posix.dirname(path), posix.basename(path)];
  if (name.startsWith('.wh.')) {
    const gone = name === '.wh..wh..opq' ? folder : posix.join(folder, name.slice('.wh.'.length));
    const inside = gone === '.' ? '' : `${gone}/`;
    for (const known of files.keys()) if (known === gone || known.startsWith(inside)) files.delete(known);
    return;
  }
  files.delete(path);
  if (type === 'link') {
    const linked = target.replace(/^\.?\//, '');
    const [file, bytes] = [files.get(linked), contents.get(linked)];
    if (file !== undefined) files.set(path, file);
    if (bytes !== undefined && NEEDED.has(path)) contents.set(path, bytes);
    return;
  }
  if (type !== 'file' && type !== 'symlink') return;
  const bytes = type === 'file' ? content : Buffer.from(target);
  const checksum = `Q1${createHash('sha1').update(bytes).digest('base64')}`;
  files.set(path, { checksum, sha256: sha256(bytes), isRegular: type === 'file' });
  if (type === 'file' && NEEDED.has(path)) contents.set(path, content);
}

/** The files of a record: `F:` names a folder, each `R:` after it a file in it, and `Z:` after that its SHA-1. */
function filesOf(lines: readonly (readonly [string, string])[]): { path: string; checksum: string }[] {
  const files: { path: string; checksum: string }[] = [];
  let folder = '';
  for (const [key, value] of lines) {
    const last = files.at(-1);
    if (key === 'F') folder = value;
    else if (key === 'R') files.push({ path: posix.join(folder, value), checksum: '' });
    else if (key === 'Z' && last !== undefined) last.checksum = value;
  }
  return files;
}

function readSystem(text: string): ImageContents['system'] {
  const [id, version] = ['ID', 'VERSION_ID'].map(
    (key) => new RegExp(`^${key}=(["']?)(.+)\\1$`, 'm').exec(text)?.[2],
  );
  if (id !== undefined && version !== undefined) return { id, version };
  throw new FoundryError('FND_BAD_DATA', 'os-release of the image names no ID and VERSION_ID');
}

function readModule(layered: Layered): ImageContents['module'] {
  const module = contentOf(layered, [MODULE_PATH]);
  const configured = /^module-mac\s*=\s*(\S+)$/m.exec(textOf(layered, [MODULE_CONFIGURATION]))?.[1];
  const mac = moduleMac(module);
  if (configured === mac) return { path: MODULE_PATH, sha256: sha256(module), mac };
  throw new FoundryError(
    'FND_BAD_DATA',
    `${MODULE_CONFIGURATION} of the image has the MAC ${configured ?? 'of no module'}, that of ${MODULE_PATH} is ${mac}`,
  );
}

function textOf(layered: Layered, paths: readonly string[]): string {
  return Buffer.from(contentOf(layered, paths)).toString('utf8');
}

function contentOf({ files, contents }: Layered, paths: readonly string[]): Uint8Array {
  const found = paths.flatMap((path) =>
    files.get(path)?.isRegular === true ? (contents.get(path) ?? []) : [],
  );
  const [content] = found;
  if (content !== undefined) return content;
  throw new FoundryError('FND_BAD_DATA', `the image has no ${paths.join(' and no ')}`);
}
