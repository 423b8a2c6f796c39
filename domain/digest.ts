import { createHash } from 'node:crypto';
import { FoundryError } from './errors.ts';

/** A SHA-256 in lower-case hex, 64 characters, without a prefix. Made only by this module. */
export type Sha256 = string & { readonly __brand: 'Sha256' };

/** An OCI digest, `sha256:<hex>`. */
export type OciDigest = `sha256:${string}` & { readonly __brand: 'OciDigest' };

const HEX_256 = /^[0-9a-f]{64}$/;

/** Parses 64 lower-case hex characters. Throws FND_BAD_DATA, naming `what` it was for. */
export function parseSha256(text: string, what: string): Sha256 {
  if (!HEX_256.test(text)) {
    throw new FoundryError(
      'FND_BAD_DATA',
      `${what}: expected a SHA-256 of 64 hex characters, got ${JSON.stringify(text)}`,
    );
  }
  return text as Sha256;
}

/** Parses `sha256:<hex>`. Throws FND_BAD_DATA, naming `what` it was for. */
export function parseOciDigest(text: string, what: string): OciDigest {
  const hex = text.startsWith('sha256:') ? text.slice('sha256:'.length) : '';
  return ociDigest(parseSha256(hex, what));
}

/** The SHA-256 of bytes or UTF-8 text. */
export function sha256(data: Uint8Array | string): Sha256 {
  return createHash('sha256').update(data).digest('hex') as Sha256;
}

/** The OCI form of a SHA-256. */
export function ociDigest(digest: Sha256): OciDigest {
  return `sha256:${digest}` as OciDigest;
}

/** The hex part of an OCI digest. */
export function hexOf(digest: OciDigest): Sha256 {
  return digest.slice('sha256:'.length) as Sha256;
}
