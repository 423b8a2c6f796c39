import { afterAll, beforeAll, expect, it } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pushArtifact } from '../../../adapters/registry/push-artifact.ts';
import { MEDIA_TYPES } from '../../../adapters/registry/oci-types.ts';
import { openOciResults } from '../../../adapters/results/oci-results.ts';
import { openOciStore } from '../../../adapters/store/oci-store.ts';
import { openSharedWatchRecord } from '../../../adapters/watch-record/watch-record.ts';
import { sha256 } from '../../../domain/digest.ts';
import { builtTool } from '../registry/built-tool.ts';
import { type RealRegistry, startRealRegistry } from '../registry/real-registry.ts';
import { describeResults } from './results-contract.ts';

const REPOSITORY = 'foundry/store';

let folder: string;
let registry: RealRegistry;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-oci-results-'));
  registry = await startRealRegistry(await builtTool('registry'), folder);
});
afterAll(async () => {
  await registry.stop();
  await rm(folder, { recursive: true });
});

describeResults('in the real registry', () => {
  const place = { registry: registry.client, repository: REPOSITORY };
  return Promise.resolve({
    results: openOciResults(place),
    again: () => openOciResults({ registry: registry.client, repository: REPOSITORY }),
    async breakEntry() {
      const layers = [{ mediaType: 'application/json', bytes: Buffer.from('{') }];
      const artifact = { artifactType: 'application/x', layers, annotations: {} };
      const digest = await pushArtifact(registry.client, REPOSITORY, artifact);
      const { bytes } = await registry.client.getManifest(REPOSITORY, digest);
      const tag = `result-${sha256('broken')}`;
      await registry.client.putManifest(REPOSITORY, tag, MEDIA_TYPES.manifest, bytes);
    },
    close: () => Promise.resolve(),
  });
});

it('shares its repository with a store, and neither takes entries of the other for its own', async () => {
  const place = { registry: registry.client, repository: 'foundry/both' };
  const store = openOciStore(place);
  const results = openOciResults(place);
  const { digest } = await store.put(Buffer.from('bytes'), 'text/plain');
  await results.record(digest, { digest });

  expect(await store.list()).toEqual([{ digest, size: 5 }]);
  expect(await results.find(digest)).toEqual({ digest });
  await store.remove(digest);
  expect(await results.find(digest)).toEqual({ digest });
});

it('keeps the record of the watch for all machines, and refuses one that is none', async () => {
  const results = openOciResults({ registry: registry.client, repository: 'foundry/watch' });
  const record = openSharedWatchRecord(results);
  expect(await record.read()).toBeUndefined();

  await results.record(sha256('the record of the watch'), { schemaVersion: 0 });

  await expect(record.read()).rejects.toMatchObject({ code: 'FND_BAD_DATA' });
});
