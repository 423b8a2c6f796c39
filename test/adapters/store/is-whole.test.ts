import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import { isWhole } from '../../../adapters/store/is-whole.ts';
import { sha256 } from '../../../domain/digest.ts';

test('an entry is whole while it has the bytes of its digest, and not when it is damaged or gone', async () => {
  await withTemporaryDirectory(async (folder) => {
    const store = openDirectoryStore(folder);
    const { digest } = await store.put(Buffer.from('bytes'), 'text/plain');
    expect(await isWhole(store, digest)).toBe(true);
    const path = join(folder, 'sha256', digest.slice(0, 2), digest);
    await chmod(path, 0o644);
    await writeFile(path, 'other');
    expect(await isWhole(store, digest)).toBe(false);
    expect(await isWhole(store, sha256('nothing'))).toBe(false);
  });
});
