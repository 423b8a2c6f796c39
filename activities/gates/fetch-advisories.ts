import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DownloadOrder } from '../../adapters/download/download.ts';
import { createMemory, frozen } from '../../adapters/memory/memory.ts';
import { withTemporaryDirectory } from '../../adapters/files/write-atomic.ts';
import { type OpensslAdvisory, readAdvisories } from '../../adapters/openssl-advisories/advisories.ts';
import { type Sha256, sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';

/** OpenSSL's advisories as they are now, or why nothing can be read from them. */
export interface FetchedAdvisories {
  readonly uri: string;
  readonly sha256: Sha256;
  readonly advisories: readonly OpensslAdvisory[];
  /** Set when they cannot be read: then there is none. */
  readonly problem: string | undefined;
}

const LIMIT = 64 * 1024 * 1024;

/** Downloads and reads them. Throws FND_UNREACHABLE, FND_INTERRUPTED, FND_DISK_FULL; what is not understood is a `problem`, not an error. */
export async function fetchAdvisories(
  uri: string,
  download: (order: DownloadOrder) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<FetchedAdvisories> {
  const bytes = await withTemporaryDirectory(async (folder) => {
    const path = join(folder, 'advisories');
    await download({ url: uri, path, limit: LIMIT, ...(signal === undefined ? {} : { signal }) });
    return await readFile(path);
  });
  const common = { uri, sha256: sha256(bytes) };
  try {
    const advisories = await known(`${common.sha256} ${uri}`, async () =>
      frozen(await readAdvisories(bytes, uri)),
    );
    return { ...common, advisories, problem: undefined };
  } catch (error) {
    if (!(error instanceof FoundryError) || error.code !== 'FND_BAD_DATA') throw error;
    return { ...common, advisories: [], problem: error.message };
  }
}

/** Every gate of every image asks for them as they are now, and they are nearly always what they were. */
const known = createMemory<Promise<readonly OpensslAdvisory[]>>(2);
