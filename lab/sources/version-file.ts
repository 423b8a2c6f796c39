import { FoundryError } from '../../domain/errors.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** What `VERSION.dat` of an OpenSSL tree says. `released` is midnight UTC of the release day. */
export interface VersionFile {
  readonly version: string;
  readonly released: Date;
}

/** Parses OpenSSL's `VERSION.dat`. Throws FND_BAD_DATA when it lacks a part or is a pre-release. */
export function parseVersionFile(text: string): VersionFile {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^([A-Z_]+)=(.*)$/.exec(line.trim()) ?? [];
    if (name !== undefined && value !== undefined) values.set(name, value.replaceAll('"', ''));
  }
  const numbers = ['MAJOR', 'MINOR', 'PATCH'].map((name) => values.get(name) ?? '');
  if (!numbers.every((number) => /^\d+$/.test(number)) || (values.get('PRE_RELEASE_TAG') ?? '') !== '') {
    throw new FoundryError('FND_BAD_DATA', 'VERSION.dat: not the version of a release');
  }
  const released = parseReleaseDate(values.get('RELEASE_DATE') ?? '');
  if (released === undefined) {
    throw new FoundryError(
      'FND_BAD_DATA',
      `VERSION.dat: no release date: ${values.get('RELEASE_DATE') ?? ''}`,
    );
  }
  return { version: numbers.join('.'), released };
}

/** Reads OpenSSL's way to write a day, `9 Jun 2026`, as midnight UTC; undefined for anything else. */
export function parseReleaseDate(text: string): Date | undefined {
  const [, day = '', name = '', year = ''] = /^(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})$/.exec(text.trim()) ?? [];
  const month = MONTHS.indexOf(name);
  if (month < 0) return undefined;
  const date = new Date(Date.UTC(Number(year), month, Number(day)));
  return date.getUTCDate() === Number(day) ? date : undefined;
}
