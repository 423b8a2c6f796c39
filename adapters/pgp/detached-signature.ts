import {
  createMessage,
  enums,
  type Key,
  type PrivateKey,
  readKeys,
  readPrivateKey,
  readSignature,
  sign,
  type Signature,
  type SignaturePacket,
  verify,
} from 'openpgp';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { parsePgpFingerprint, type PgpFingerprint } from './fingerprint.ts';

/** What to check. Signature and keys are ASCII-armored (RFC 9580, section 6). */
export interface DetachedVerification {
  readonly data: Uint8Array;
  readonly signature: string;
  /** One or more public key blocks. That a key is here gives it no trust: `expectedFingerprints` does. */
  readonly keys: string;
  /** The primary-key fingerprints that may sign. */
  readonly expectedFingerprints: readonly PgpFingerprint[];
  /** The moment of the check: a signature from after it is refused, and the expiry of the key is judged by it. */
  readonly at: Date;
}

/** Who signed, and when. `keyExpired` is a fact for the caller to decide on and to record. */
export interface VerifiedSignature {
  readonly fingerprint: PgpFingerprint;
  readonly signedAt: Date;
  /** Whether the key has expired at the moment of the check. It was valid when it signed, or there is no result. */
  readonly keyExpired: boolean;
  readonly keyExpiresAt: Date | undefined;
}

/**
 * Checks a detached OpenPGP signature against pinned fingerprints.
 * Decision, recorded here: a key that expired after it signed is accepted, because releases outlive keys, and the result says so;
 * a signature made outside the key's validity is refused.
 * Throws FND_SIGNATURE_REFUSED with the reason, FND_BAD_DATA when signature or keys cannot be read.
 */
export async function verifyDetached(check: DetachedVerification): Promise<VerifiedSignature> {
  const { signature, packet } = await readDetached(check.signature);
  const signedAt = packet.created;
  if (signedAt === null) throw refused('the signature does not say when it was made');
  if (signedAt > check.at) {
    throw refused(
      `the signature is from ${signedAt.toISOString()}, after the check at ${check.at.toISOString()}`,
    );
  }
  const key = await signingKey(check, packet);
  const fingerprint = fingerprintOf(key);
  await requireGoodSignature(check, signature, key, signedAt);
  const expiry = await key.getExpirationTime();
  const keyExpiresAt = expiry instanceof Date ? expiry : undefined;
  return {
    fingerprint,
    signedAt,
    keyExpired: keyExpiresAt !== undefined && keyExpiresAt <= check.at,
    keyExpiresAt,
  };
}

/** Signs bytes; returns an ASCII-armored detached signature. Throws FND_BAD_DATA when the key cannot be read. */
export async function signDetached(options: {
  readonly data: Uint8Array;
  /** An ASCII-armored private key without passphrase. */
  readonly privateKey: string;
  readonly at: Date;
}): Promise<string> {
  const signingKeys = await readUnencryptedKey(options.privateKey);
  const message = await createMessage({ binary: options.data });
  return sign({ message, signingKeys, detached: true, format: 'armored', date: options.at });
}

async function readDetached(armored: string): Promise<{ signature: Signature; packet: SignaturePacket }> {
  let signature: Signature;
  try {
    signature = await readSignature({ armoredSignature: armored });
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', `not an OpenPGP signature: ${messageOf(cause)}`, { cause });
  }
  const [packet, ...more] = signature.packets;
  if (packet === undefined || more.length > 0) {
    throw new FoundryError('FND_BAD_DATA', `expected one OpenPGP signature, got ${signature.packets.length}`);
  }
  if (packet.signatureType !== enums.signature.binary) {
    throw refused('the signature is not over a binary document');
  }
  return { signature, packet };
}

async function signingKey(check: DetachedVerification, packet: SignaturePacket): Promise<Key> {
  let keys: Key[];
  try {
    keys = await readKeys({ armoredKeys: check.keys });
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', `not OpenPGP keys: ${messageOf(cause)}`, { cause });
  }
  const issuer = packet.issuerKeyID;
  const key = keys.find((candidate) => candidate.getKeys(issuer).length > 0);
  if (key === undefined) {
    throw refused(
      `it is by the key with ID ${issuer.toHex().toUpperCase()}, which is not among the keys given`,
    );
  }
  const fingerprint = fingerprintOf(key);
  if (!check.expectedFingerprints.includes(fingerprint)) {
    throw refused(`it is by ${fingerprint}; pinned: ${check.expectedFingerprints.join(', ') || 'none'}`);
  }
  return key;
}

async function requireGoodSignature(
  check: DetachedVerification,
  signature: Signature,
  key: Key,
  signedAt: Date,
): Promise<void> {
  const message = await createMessage({ binary: check.data });
  try {
    await key.verifyPrimaryKey(signedAt);
    const result = await verify({
      message,
      signature,
      verificationKeys: key,
      date: signedAt,
      format: 'binary',
    });
    await result.signatures[0]?.verified;
    if (result.signatures.length !== 1) throw new Error('no signature was checked');
  } catch (cause) {
    throw refused(messageOf(cause), cause);
  }
}

async function readUnencryptedKey(armoredKey: string): Promise<PrivateKey> {
  try {
    return await readPrivateKey({ armoredKey });
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', `not an OpenPGP private key: ${messageOf(cause)}`, { cause });
  }
}

function fingerprintOf(key: Key): PgpFingerprint {
  return parsePgpFingerprint(key.getFingerprint(), 'OpenPGP key');
}

function refused(reason: string, cause?: unknown): FoundryError {
  return new FoundryError('FND_SIGNATURE_REFUSED', `OpenPGP signature refused: ${reason}`, { cause });
}
