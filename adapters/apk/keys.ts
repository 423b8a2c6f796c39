import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { FoundryError } from '../../domain/errors.ts';

/** The public keys a repository is trusted by: file name in `/etc/apk/keys` (`<name>.rsa.pub`) to key. */
export type KeyRing = ReadonlyMap<string, KeyObject>;

/** A private key with the file name of its public half, by which verifiers look it up. */
export interface SigningKey {
  readonly name: string;
  readonly key: KeyObject;
}

const KEY_NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]*\.rsa\.pub$/;
const SMALLEST_MODULUS = 2048;

/** Parses an RSA public key in PEM for a key ring. Throws FND_BAD_DATA for another kind, a short one, or a private one. */
export function parsePublicKey(name: string, pem: string): KeyObject {
  checkKeyName(name);
  if (pem.includes('PRIVATE KEY')) throw badKey(name, 'is a private key');
  return checkRsa(
    name,
    read(name, () => createPublicKey(pem)),
  );
}

/** Parses an RSA private key in PEM; `name` is the file name of its public half. Throws FND_BAD_DATA. */
export function parseSigningKey(name: string, pem: string): SigningKey {
  checkKeyName(name);
  return {
    name,
    key: checkRsa(
      name,
      read(name, () => createPrivateKey(pem)),
    ),
  };
}

/** Makes a new RSA key pair as PEM: PKCS#1 private and SPKI public, the forms melange and apk-tools read. */
export async function createSigningKey(bits = 4096): Promise<{ privateKey: string; publicKey: string }> {
  return await promisify(generateKeyPair)('rsa', {
    modulusLength: bits,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}

function read(name: string, parse: () => KeyObject): KeyObject {
  try {
    return parse();
  } catch (error) {
    throw badKey(name, 'cannot be read', error);
  }
}

function checkRsa(name: string, key: KeyObject): KeyObject {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== 'rsa')
    throw badKey(name, `is of type ${key.asymmetricKeyType ?? 'none'}, not RSA`);
  if (bits < SMALLEST_MODULUS) throw badKey(name, `has ${bits} bits, fewer than ${SMALLEST_MODULUS}`);
  return key;
}

function checkKeyName(name: string): void {
  if (!KEY_NAME.test(name)) throw badKey(name, 'does not have a name that ends in .rsa.pub');
}

function badKey(name: string, reason: string, cause?: unknown): FoundryError {
  return new FoundryError('FND_BAD_DATA', `repository key ${name} ${reason}`, { cause });
}
