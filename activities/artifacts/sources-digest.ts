import { fileURLToPath } from 'node:url';
import { hashFolder } from '../../adapters/toolchain/hash-files.ts';
import { createMemory } from '../../adapters/memory/memory.ts';
import { sha256, type Sha256 } from '../../domain/digest.ts';

const ROOT = new URL('../../', import.meta.url);

/**
 * The digest of some folders of our own sources, named from the root of this checkout: what somebody judged stands only as long as
 * those who judged are the same. A process judges by what it began with, so it looks once.
 */
export async function sourcesDigest(...folders: readonly string[]): Promise<Sha256> {
  const digests = folders.map((folder) =>
    known(folder, () => hashFolder(fileURLToPath(new URL(folder, ROOT)))),
  );
  return sha256((await Promise.all(digests)).join('\n'));
}

const known = createMemory<Promise<Sha256>>(100);
