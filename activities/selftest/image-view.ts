import { INSTALLED_DATABASES } from '../../adapters/apk/installed-database.ts';
import { type ImageEntry, readImageEntries } from '../../adapters/oci-layout/image-entries.ts';
import { ownIndex } from '../../adapters/oci-layout/join.ts';
import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { FoundryError } from '../../domain/errors.ts';
import type {
  ContentProbe,
  DocumentProbe,
  ElfProbe,
  EntryFilter,
  ImageFacts,
  Look,
  PackageField,
} from './check-definition.ts';
import { elfLine } from './elf-facts.ts';
import { filled } from './evaluate.ts';
import { readInImage } from './image-file.ts';

/** Bigger files than this are not searched, in bytes. */
const MOST_SEARCHED = 64 * 1024 * 1024;

/**
 * An image for one platform as it is looked at from outside: nothing of it is run, and its layers are read once. Of an index of several
 * platforms it is the part for this one that counts.
 */
export class ImageView {
  readonly #image: OciImage;
  readonly #root: string;
  #entries: Promise<readonly ImageEntry[]> | undefined;

  constructor(image: OciImage, root: string) {
    this.#image = { ...image, index: ownIndex(image) };
    this.#root = root;
  }

  /** What a look sees, line by line. Throws FND_BAD_DATA for what cannot be read, and for what nobody knows of the image. */
  async linesOf(look: Look, facts: ImageFacts): Promise<string[]> {
    if ('document' in look) return linesOfDocument(this.#image, look);
    if ('packages' in look) return await this.#packages(look.packages);
    if ('entries' in look) return (await this.#fitting(look.entries, facts)).map(entryLine);
    if ('elf' in look) return await this.#elfLines(look, facts);
    return await this.#found(look, facts);
  }

  async #fitting(filter: EntryFilter, facts: ImageFacts): Promise<ImageEntry[]> {
    this.#entries ??= readImageEntries(this.#image);
    const after = filter.after === undefined ? undefined : Number(filled(filter.after, facts));
    return (await this.#entries).filter((entry) => fits(entry, filter, after));
  }

  async #elfLines({ elf, facts: asked }: ElfProbe, facts: ImageFacts): Promise<string[]> {
    const entries = await this.#fitting(elf, facts);
    return entries.flatMap(({ path, elf: headers }) =>
      headers === undefined || headers.isObject ? [] : asked.flatMap((fact) => elfLine(path, fact, headers)),
    );
  }

  async #found({ find, containing, in: filter }: ContentProbe, facts: ImageFacts): Promise<string[]> {
    const pattern = new RegExp(find.source, `${find.flags.replaceAll(/[gy]/g, '')}g`);
    const lines: string[] = [];
    for (const { path } of await this.#fitting({ ...filter, types: ['file'] }, facts)) {
      const content = await readInImage(this.#root, path);
      if (content.length > MOST_SEARCHED) continue;
      if (containing !== undefined && !content.includes(containing)) continue;
      const texts = new Set([...content.toString('latin1').matchAll(pattern)].map(([text]) => text));
      lines.push(...[...texts].map((text) => `${path}: ${text}`));
    }
    return lines;
  }

  async #packages(fields: readonly PackageField[]): Promise<string[]> {
    const entries = await this.#fitting({ types: ['file'] }, {});
    const path = INSTALLED_DATABASES.find((one) => entries.some((entry) => entry.path === `/${one}`));
    if (path === undefined)
      throw new FoundryError('FND_BAD_DATA', 'the image has no database of its packages');
    return linesOfDatabase((await readInImage(this.#root, path)).toString('utf8'), fields);
  }
}

const LETTERS: Readonly<Record<PackageField, string>> = {
  name: 'P',
  version: 'V',
  architecture: 'A',
  checksum: 'C',
  licence: 'L',
  origin: 'o',
};

function linesOfDatabase(database: string, fields: readonly PackageField[]): string[] {
  const records = database.split(/\n\n+/).filter((record) => record.trim() !== '');
  const value = (record: string, field: PackageField): string =>
    new RegExp(`^${LETTERS[field]}:(.*)$`, 'm').exec(record)?.[1] ?? '';
  return records.map((record) => fields.map((field) => value(record, field)).join('=')).toSorted();
}

function fits(entry: ImageEntry, filter: EntryFilter, after: number | undefined): boolean {
  const { path, except, types, mode, lacks, notOwner, header, isElf } = filter;
  return (
    (path === undefined || path.test(entry.path)) &&
    (except === undefined || !except.test(entry.path)) &&
    (types === undefined || types.some((type) => type === entry.type)) &&
    (mode === undefined || (entry.mode & mode) !== 0) &&
    (lacks === undefined || (entry.mode & lacks) !== lacks) &&
    (notOwner === undefined || entry.uid !== notOwner || entry.gid !== notOwner) &&
    (after === undefined || entry.mtime > after) &&
    (isElf === undefined || isElf === (entry.elf !== undefined)) &&
    (header === undefined || Object.keys(entry.pax).some((name) => header.test(name)))
  );
}

function entryLine({ type, mode, uid, gid, path, target }: ImageEntry): string {
  const leads = type === 'symlink' ? ` -> ${target}` : type === 'link' ? ` = /${target}` : '';
  return `${type} ${mode.toString(8).padStart(4, '0')} ${uid}:${gid} ${path}${leads}`;
}

function linesOfDocument(image: OciImage, { document, at }: DocumentProbe): string[] {
  const { bytes } = image[document];
  const whole: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  const names = at.split('/').slice(1);
  const value = names
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (held, name) =>
        typeof held === 'object' && held !== null && Object.hasOwn(held, name)
          ? (held as Record<string, unknown>)[name]
          : undefined,
      whole,
    );
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.map(textOf);
  if (typeof value !== 'object') return textOf(value).split('\n');
  return Object.entries(value)
    .map(([name, held]) => `${name}=${textOf(held)}`)
    .toSorted();
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
