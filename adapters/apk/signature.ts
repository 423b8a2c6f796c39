import { createSign, createVerify } from 'node:crypto';
import { FoundryError } from '../../domain/errors.ts';
import { packGzipMember, type GzipMember } from './gzip-members.ts';
import type { KeyRing, SigningKey } from './keys.ts';
import { packTarFiles, readTarFiles } from './tar.ts';

/** RSA PKCS#1 v1.5 over SHA-1 (`RSA`, what Alpine writes) or over SHA-256 (`RSA256`, what Wolfi writes). */
export type SignatureAlgorithm = 'RSA' | 'RSA256';

/** One entry of a signature member. */
export interface ApkSignature {
  readonly algorithm: SignatureAlgorithm;
  readonly keyName: string;
  readonly value: Uint8Array;
}

const HASH = { RSA: 'sha1', RSA256: 'sha256' } as const satisfies Record<SignatureAlgorithm, string>;
const ENTRY = /^\.SIGN\.([A-Z0-9]+)\.(.+)$/;

/** Whether the first entry of an unpacked gzip member is a signature; its first bytes are enough. */
export function isSignatureMember(content: Uint8Array): boolean {
  return Buffer.from(content.subarray(0, 6)).toString('latin1') === '.SIGN.';
}

/** Reads a signature member. Algorithms we do not know (DSA, RSA512) are left out. Throws FND_BAD_DATA. */
export async function readSignatureMember(member: GzipMember, what: string): Promise<ApkSignature[]> {
  const signatures: ApkSignature[] = [];
  for (const file of await readTarFiles(member.content, `${what}, signature member`)) {
    const [, algorithm, keyName] = ENTRY.exec(file.name) ?? [];
    if (algorithm === undefined || keyName === undefined) {
      throw new FoundryError(
        'FND_BAD_DATA',
        `${what}: its signature member holds ${JSON.stringify(file.name)}`,
      );
    }
    if (algorithm === 'RSA' || algorithm === 'RSA256') {
      signatures.push({ algorithm, keyName, value: file.content });
    }
  }
  return signatures;
}

/** Makes a signature member over bytes. `mtime` is the time of its one entry in seconds. */
export async function createSignatureMember(
  signed: Uint8Array,
  key: SigningKey,
  options: { mtime: number; algorithm?: SignatureAlgorithm },
): Promise<Uint8Array> {
  const algorithm = options.algorithm ?? 'RSA256';
  const value = createSign(HASH[algorithm]).update(signed).sign(key.key);
  return packGzipMember(
    await packTarFiles([{ name: `.SIGN.${algorithm}.${key.name}`, content: value }], {
      mtime: options.mtime,
    }),
  );
}

/**
 * Checks that one of the signatures is by a key of the ring, over exactly these bytes, and returns that key's name.
 * A signature that names a key of the ring and does not verify is refused even when another one would verify.
 * Throws FND_SIGNATURE_REFUSED with the reason.
 */
export function verifySignatures(
  signatures: readonly ApkSignature[],
  signed: Uint8Array,
  keys: KeyRing,
  what: string,
): string {
  if (signatures.length === 0) throw refused(what, 'it has no signature');
  const known = signatures.filter((signature) => keys.has(signature.keyName));
  for (const { algorithm, keyName, value } of known) {
    const key = keys.get(keyName);
    if (key === undefined || !createVerify(HASH[algorithm]).update(signed).verify(key, value)) {
      throw refused(what, `its ${algorithm} signature by ${keyName} does not fit the bytes`);
    }
  }
  const [first] = known;
  if (first !== undefined) return first.keyName;
  const names = signatures.map((signature) => signature.keyName).join(', ');
  throw refused(what, `it is signed by ${names}, and we trust ${[...keys.keys()].join(', ') || 'no key'}`);
}

function refused(what: string, reason: string): FoundryError {
  return new FoundryError('FND_SIGNATURE_REFUSED', `${what}: ${reason}`, {
    hint: 'Fetch it again. If it stays so, the upstream or the way to it is not to be trusted; compare its key with the pinned one.',
  });
}
