import { FoundryError } from '../../domain/errors.ts';

/** The fingerprint of an OpenPGP v4 primary key: 40 upper-case hex characters without spaces. */
export type PgpFingerprint = string & { readonly __brand: 'PgpFingerprint' };

/** Parses a fingerprint, with or without spaces, in either case. Throws FND_BAD_DATA, naming `what` it was for. */
export function parsePgpFingerprint(text: string, what: string): PgpFingerprint {
  const hex = text.replaceAll(/\s/g, '').toUpperCase();
  if (/^[0-9A-F]{40}$/.test(hex)) return hex as PgpFingerprint;
  throw new FoundryError(
    'FND_BAD_DATA',
    `${what}: expected an OpenPGP fingerprint of 40 hex characters, got ${JSON.stringify(text)}`,
  );
}
