import { renderIndex, signIndex } from '../../adapters/apk/index-file.ts';
import type { SigningKey } from '../../adapters/apk/keys.ts';
import { readGzipMember } from '../../adapters/apk/gzip-members.ts';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import type { BuiltPackage } from './build-packages.ts';

const MAX_INDEX = 64 * 1024 * 1024;

/** What an index lists and how it is signed. */
export interface WriteIndexOptions {
  /** Where to write, by convention `…/x86_64/APKINDEX.tar.gz`. */
  readonly path: string;
  readonly packages: readonly BuiltPackage[];
  readonly signingKey: SigningKey;
  /** One line for `DESCRIPTION`. */
  readonly description: string;
}

/** Writes a signed index. Its time is that of the newest package, so the same packages give the same bytes. */
export async function writeIndex(options: WriteIndexOptions): Promise<void> {
  await writeFileAtomic(options.path, await signedIndex(options));
}

/**
 * Writes an index whose signature does not fit, as somebody would who changed it on the way: the signature member of the
 * true index stands before other content. Its form is right; only a verification finds it.
 */
export async function writeBadlySignedIndex(options: WriteIndexOptions): Promise<void> {
  const good = await signedIndex(options);
  const changed = await signedIndex({
    ...options,
    description: `${options.description}, changed on the way`,
  });
  const signature = readGzipMember(good, 0, MAX_INDEX, options.path).raw;
  const ownSignature = readGzipMember(changed, 0, MAX_INDEX, options.path).raw;
  await writeFileAtomic(options.path, Buffer.concat([signature, changed.subarray(ownSignature.length)]));
}

async function signedIndex({ packages, signingKey, description }: WriteIndexOptions): Promise<Uint8Array> {
  const records = packages.map((built) => built.record);
  const mtime = Math.max(0, ...records.map((record) => record.buildTime));
  return await signIndex(await renderIndex({ description, records }, { mtime }), signingKey, { mtime });
}
