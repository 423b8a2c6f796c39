import { generateKey, readPrivateKey } from 'openpgp';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { parsePgpFingerprint, type PgpFingerprint } from './fingerprint.ts';

/** A signing key; both halves ASCII-armored. The private half has no passphrase: whoever can read it can sign. */
export interface SigningKey {
  readonly fingerprint: PgpFingerprint;
  readonly privateKey: string;
  readonly publicKey: string;
}

/** Makes an Ed25519 signing key (OpenPGP v4) that does not expire. `name` is its user id. */
export async function makeSigningKey(name: string, at: Date): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKey({
    type: 'ecc',
    curve: 'ed25519Legacy',
    userIDs: [{ name }],
    date: at,
    subkeys: [],
    format: 'object',
  });
  return {
    fingerprint: parsePgpFingerprint(publicKey.getFingerprint(), 'new OpenPGP key'),
    privateKey: privateKey.armor(),
    publicKey: publicKey.armor(),
  };
}

/** Reads a key that {@link makeSigningKey} made. Throws FND_BAD_DATA when it is not one. */
export async function readSigningKey(armored: string): Promise<SigningKey> {
  try {
    const key = await readPrivateKey({ armoredKey: armored });
    return {
      fingerprint: parsePgpFingerprint(key.getFingerprint(), 'OpenPGP key'),
      privateKey: armored,
      publicKey: key.toPublic().armor(),
    };
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', `not an OpenPGP private key: ${messageOf(cause)}`, { cause });
  }
}
