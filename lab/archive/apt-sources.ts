import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ifThere } from '../../adapters/files/if-there.ts';
import { FoundryError } from '../../domain/errors.ts';
import { parseParagraphs, wordsOf } from './control-file.ts';

/** Where a host gets Debian's main archive from: as its own apt sources say, read at run time. */
export interface DebianMirror {
  readonly uris: readonly string[];
  /** `Signed-By` as written: paths of key rings or a key block with its continuation lines. */
  readonly signedBy: string | undefined;
  readonly trusted: string | undefined;
}

/** One entry of an apt source list, in either of apt's two formats. */
export interface AptSource extends DebianMirror {
  readonly types: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  readonly enabled: boolean;
}

const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Parses a `*.sources` file (deb822, sources.list(5)). */
export function parseDeb822Sources(text: string): AptSource[] {
  return parseParagraphs(text).map((paragraph) => ({
    types: wordsOf(paragraph, 'Types'),
    uris: wordsOf(paragraph, 'URIs'),
    suites: wordsOf(paragraph, 'Suites'),
    components: wordsOf(paragraph, 'Components'),
    signedBy: paragraph.get('Signed-By'),
    trusted: paragraph.get('Trusted'),
    enabled: paragraph.get('Enabled') !== 'no',
  }));
}

/** Parses a `*.list` file, the one-line format of sources.list(5). */
export function parseOneLineSources(text: string): AptSource[] {
  const sources: AptSource[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*(deb|deb-src)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (match === null) continue;
    const [, type = '', options = '', uri = '', suite = '', components = ''] = match;
    const settings = new Map(
      options
        .split(/\s+/)
        .filter((option) => option.includes('='))
        .map((option) => [option.slice(0, option.indexOf('=')), option.slice(option.indexOf('=') + 1)]),
    );
    sources.push({
      types: [type],
      uris: [uri],
      suites: [suite],
      components: components.split(/\s+/).filter((word) => word !== ''),
      signedBy: settings.get('signed-by')?.replaceAll(',', ' '),
      trusted: settings.get('trusted'),
      enabled: true,
    });
  }
  return sources;
}

/**
 * Picks Debian's main archive among a host's sources: signed by Debian's archive key ring, or a path that ends in `debian`;
 * never a security, updates or backports suite, because those archives have no `stable` and `unstable` beside them.
 */
export function findDebianMirror(sources: readonly AptSource[]): DebianMirror | undefined {
  const found = sources.find(
    (source) =>
      source.enabled &&
      source.components.includes('main') &&
      source.uris.some((uri) => !uri.startsWith('cdrom:')) &&
      source.suites.some((suite) => !/-(security|updates|backports)|\//.test(suite)) &&
      (source.signedBy?.includes('debian-archive-keyring') === true ||
        source.uris.some((uri) => /\/debian\/?$/.test(uri))),
  );
  if (found === undefined) return undefined;
  return {
    uris: found.uris.filter((uri) => !uri.startsWith('cdrom:')),
    signedBy: found.signedBy,
    trusted: found.trusted,
  };
}

/** Reads the host's own apt sources below `aptFolder` and picks Debian's archive. Throws FND_ARCHIVE_UNREACHABLE when there is none. */
export async function readHostMirror(aptFolder = '/etc/apt'): Promise<DebianMirror> {
  const sources: AptSource[] = [];
  const parts = join(aptFolder, 'sources.list.d');
  const names = ((await ifThere(readdir(parts))) ?? []).sort();
  for (const name of names) {
    const text = (await ifThere(readFile(join(parts, name), 'utf8'))) ?? '';
    if (name.endsWith('.sources')) sources.push(...parseDeb822Sources(text));
    if (name.endsWith('.list')) sources.push(...parseOneLineSources(text));
  }
  sources.push(
    ...parseOneLineSources((await ifThere(readFile(join(aptFolder, 'sources.list'), 'utf8'))) ?? ''),
  );
  const mirror = findDebianMirror(sources);
  if (mirror !== undefined) return mirror;
  throw new FoundryError('FND_ARCHIVE_UNREACHABLE', `${aptFolder}: no source of Debian's main archive`, {
    hint:
      'The lab is made from Debian packages. Use a Debian host, or add a source for Debian main with `Signed-By: ' +
      `${DEBIAN_KEYRING}\` (package debian-archive-keyring).`,
  });
}
