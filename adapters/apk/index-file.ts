import { FoundryError } from '../../domain/errors.ts';
import { packGzipMember, peekGzipMember, readGzipMember, readGzipMembers } from './gzip-members.ts';
import { renderIndexRecords, type IndexRecord } from './index-record.ts';
import { readIndexRecords } from './indexed-records.ts';
import type { KeyRing, SigningKey } from './keys.ts';
import {
  createSignatureMember,
  isSignatureMember,
  readSignatureMember,
  verifySignatures,
  type ApkSignature,
} from './signature.ts';
import { packTarFiles, readTarFiles } from './tar.ts';

/** What an index may unpack to in bytes; apko has the same limit. */
const MAX_INDEX = 300 * 1024 * 1024;
const MAX_SIGNATURE = 1024 * 1024;

/**
 * An index: `DESCRIPTION` and the records of `APKINDEX`, no two of which differ under one name and version. What a record that was
 * read says beside name, version and build time is read when it is asked for: a copy by `{ ...record }` does not have it.
 */
export interface RepositoryIndex {
  readonly description: string;
  readonly records: readonly IndexRecord[];
}

/** An index file, split. Nothing about it is trusted yet. */
interface IndexFile {
  readonly signatures: readonly ApkSignature[];
  /** Raw bytes after the signature member: what the signature covers. */
  readonly signed: Uint8Array;
}

/** Reads an `APKINDEX.tar.gz` without asking who signed it. Throws FND_BAD_DATA. */
export async function openIndex(file: Uint8Array, what: string): Promise<RepositoryIndex> {
  return await readIndex((await splitIndex(file, what)).signed, what);
}

/**
 * Verifies the signature of an `APKINDEX.tar.gz` over all raw bytes after its signature member, and only then reads it.
 * Throws FND_BAD_DATA or FND_SIGNATURE_REFUSED with the reason.
 */
export async function verifyIndex(file: Uint8Array, keys: KeyRing, what: string): Promise<RepositoryIndex> {
  const { signatures, signed } = await splitIndex(file, what);
  verifySignatures(signatures, signed, keys, what);
  return await readIndex(signed, what);
}

/** Writes an unsigned `APKINDEX.tar.gz`, records in the order given. `mtime` in seconds; same input, same bytes. */
export async function renderIndex(index: RepositoryIndex, options: { mtime: number }): Promise<Uint8Array> {
  const files = [
    { name: 'DESCRIPTION', content: Buffer.from(index.description) },
    { name: 'APKINDEX', content: Buffer.from(renderIndexRecords(index.records)) },
  ];
  return packGzipMember(await packTarFiles(files, { ...options, endOfArchive: true }));
}

/** Puts a signature (RSA256) in front of an unsigned index. Same input, same bytes. */
export async function signIndex(
  unsigned: Uint8Array,
  key: SigningKey,
  options: { mtime: number },
): Promise<Uint8Array> {
  return Buffer.concat([await createSignatureMember(unsigned, key, options), unsigned]);
}

async function splitIndex(file: Uint8Array, what: string): Promise<IndexFile> {
  if (!isSignatureMember(peekGzipMember(file, 0, what))) return { signatures: [], signed: file };
  const first = readGzipMember(file, 0, MAX_SIGNATURE, `${what}, signature member,`);
  return { signatures: await readSignatureMember(first, what), signed: file.subarray(first.raw.length) };
}

async function readIndex(signed: Uint8Array, what: string): Promise<RepositoryIndex> {
  const contents = readGzipMembers(signed, MAX_INDEX, what).map((member) => member.content);
  const [only, ...more] = contents;
  const files = await readTarFiles(
    only !== undefined && more.length === 0 ? only : Buffer.concat(contents),
    what,
  );
  const index = files.find((file) => file.name === 'APKINDEX');
  if (index === undefined) throw new FoundryError('FND_BAD_DATA', `${what} holds no APKINDEX`);
  const description = files.find((file) => file.name === 'DESCRIPTION');
  return {
    description: Buffer.from(description?.content ?? []).toString('utf8'),
    records: readIndexRecords(index.content, what),
  };
}
