import { fileURLToPath } from 'node:url';
import { hashFolder } from '../../adapters/toolchain/hash-files.ts';
import { sha256, type Sha256 } from '../../domain/digest.ts';

const ROOT = new URL('../../', import.meta.url);

/**
 * The digest of some folders of our own sources, named from the root of this checkout: what somebody judged stands only as long as
 * those who judged are the same.
 */
export async function sourcesDigest(...folders: readonly string[]): Promise<Sha256> {
  const digests = folders.map((folder) => hashFolder(fileURLToPath(new URL(folder, ROOT))));
  return sha256((await Promise.all(digests)).join('\n'));
}
