import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { openOciStore } from '../../../adapters/store/oci-store.ts';
import type { Sha256 } from '../../../domain/digest.ts';
import { builtTool } from '../registry/built-tool.ts';
import { type RealRegistry, startRealRegistry } from '../registry/real-registry.ts';
import { describeStore, flip } from './store-contract.ts';

const REPOSITORY = 'foundry/store';

function fileIn(folder: string, digest: Sha256): string {
  const blobs = join(folder, 'data', 'docker', 'registry', 'v2', 'blobs', 'sha256');
  return join(blobs, digest.slice(0, 2), digest, 'data');
}

describeStore('in the real registry', async (folder) => {
  const binary = await builtTool('registry');
  let registry: RealRegistry = await startRealRegistry(binary, folder);
  let store = openOciStore({ registry: registry.client, repository: REPOSITORY });
  return {
    store: {
      has: (digest) => store.has(digest),
      put: (content, mediaType) => store.put(content, mediaType),
      openRead: (digest) => store.openRead(digest),
      fetchTo: (digest, path) => store.fetchTo(digest, path),
      list: () => store.list(),
      remove: (digest) => store.remove(digest),
    },
    fileOf: (digest) => fileIn(folder, digest),
    async afterRemoval() {
      await registry.stop();
      await promisify(execFile)(binary, ['garbage-collect', join(folder, 'config.yml')]);
      registry = await startRealRegistry(binary, folder);
      store = openOciStore({ registry: registry.client, repository: REPOSITORY });
    },
    close: () => registry.stop(),
  };
});

it('says that a registry cannot replace a damaged entry, when its bytes are put again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'foundry-oci-store-'));
  const registry = await startRealRegistry(await builtTool('registry'), folder);
  try {
    const store = openOciStore({ registry: registry.client, repository: REPOSITORY });
    const { digest } = await store.put(Buffer.from('good'), 'text/plain');
    await flip(fileIn(folder, digest));

    await expect(store.put(Buffer.from('good'), 'text/plain')).rejects.toMatchObject({
      code: 'FND_DIGEST_MISMATCH',
      hint: expect.stringContaining('garbage') as string,
    });
  } finally {
    await registry.stop();
    await rm(folder, { recursive: true });
  }
});
