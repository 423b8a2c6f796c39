import { createHash } from 'node:crypto';
import { sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { readGzipMember } from './gzip-members.ts';
import type { KeyRing, SigningKey } from './keys.ts';
import { parsePackageInfo, type PackageInfo } from './package-info.ts';
import {
  createSignatureMember,
  isSignatureMember,
  readSignatureMember,
  verifySignatures,
  type ApkSignature,
} from './signature.ts';
import { readTarFiles } from './tar.ts';

/** What the signature and control members may unpack to, in bytes. */
const MAX_CONTROL = 16 * 1024 * 1024;

/** An apk v2 package, split into its raw gzip members. Nothing about it is trusted yet. */
export interface PackageFile {
  readonly signatures: readonly ApkSignature[];
  /** Raw bytes of the control member: what the signature and the index checksum cover. */
  readonly control: Uint8Array;
  /** Raw bytes of the data member, still packed: what `datahash` covers. */
  readonly data: Uint8Array;
  readonly info: PackageInfo;
}

/** What a package must prove. */
export interface PackageTrust {
  readonly keys: KeyRing;
  /** The `C:` of the index, `Q1` and the base64 of a SHA-1. */
  readonly checksum?: string;
}

/** Splits an apk v2 package (apk-v2(5)). `what` names it in errors. Throws FND_BAD_DATA. */
export async function openPackage(file: Uint8Array, what: string): Promise<PackageFile> {
  const first = readGzipMember(file, 0, MAX_CONTROL, what);
  const signed = isSignatureMember(first.content);
  const control = signed ? readGzipMember(file, first.raw.length, MAX_CONTROL, what) : first;
  const offset = (signed ? first.raw.length : 0) + control.raw.length;
  const entries = await readTarFiles(control.content, `${what}, control member`);
  const [info] = entries;
  if (info?.name !== '.PKGINFO')
    throw new FoundryError('FND_BAD_DATA', `${what}: control has no .PKGINFO first`);
  return {
    signatures: signed ? await readSignatureMember(first, what) : [],
    control: control.raw,
    data: file.subarray(offset),
    info: parsePackageInfo(Buffer.from(info.content).toString('utf8'), what),
  };
}

/**
 * Verifies a package from the signature down: signature over the control member, the index checksum of the control member
 * when one is given, `datahash` over the data member. Returns the package; every byte of `control` and `data` is then covered.
 * Only the packing of the signature member itself (its gzip header) is not.
 * Throws FND_BAD_DATA, FND_SIGNATURE_REFUSED or FND_DIGEST_MISMATCH with the reason.
 */
export async function verifyPackage(
  file: Uint8Array,
  trust: PackageTrust,
  what: string,
): Promise<PackageFile> {
  const opened = await openPackage(file, what);
  verifySignatures(opened.signatures, opened.control, trust.keys, what);
  const checksum = controlChecksum(opened.control);
  if (trust.checksum !== undefined && trust.checksum !== checksum) {
    throw new FoundryError(
      'FND_DIGEST_MISMATCH',
      `${what}: the index promises checksum ${trust.checksum}, the control member has ${checksum}`,
    );
  }
  verifyData(opened, what);
  return opened;
}

/** Checks `datahash` over the raw data member. Throws FND_DIGEST_MISMATCH, or FND_BAD_DATA when there is no hash. */
export function verifyData(file: PackageFile, what: string): void {
  if (file.info.dataHash === undefined)
    throw new FoundryError('FND_BAD_DATA', `${what}: .PKGINFO has no datahash`);
  const got = sha256(file.data);
  if (got === file.info.dataHash) return;
  throw new FoundryError(
    'FND_DIGEST_MISMATCH',
    `${what}: .PKGINFO promises datahash ${file.info.dataHash}, the data member has ${got}`,
  );
}

/** The identity of a package in an index: `Q1` and the base64 of the SHA-1 over the raw control member. */
export function controlChecksum(control: Uint8Array): string {
  return `Q1${createHash('sha1').update(control).digest('base64')}`;
}

/** Puts a signature (RSA256) in front of a package, in place of those it has. Same input, same bytes. */
export async function signPackage(file: PackageFile, key: SigningKey): Promise<Uint8Array> {
  const mtime = file.info.buildTime;
  return Buffer.concat([await createSignatureMember(file.control, key, { mtime }), file.control, file.data]);
}
