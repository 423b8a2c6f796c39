import type { Source } from './versions.ts';

/** Where the archive of a source is. */
export function sourceUrl(source: Source): string {
  return source.url.replaceAll('{version}', source.version);
}

/** Where the detached OpenPGP signature of a source is. */
export function signatureUrl(source: Source): string {
  return `${sourceUrl(source)}.asc`;
}

/** The `SOURCE_DATE_EPOCH` of what is built from a source, in seconds: midnight UTC of the day of its release. */
export function sourceDateEpoch(source: Source): number {
  return Date.parse(`${source.released}T00:00:00Z`) / 1000;
}
