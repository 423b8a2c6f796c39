import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RecordPlace, storeRecord, takeRecordOff } from '../../../activities/publish/store-record.ts';
import { readAttachedBundles } from '../../../adapters/sigstore/read-attached.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import type { Artifact } from '../../../domain/artifact.ts';
import { RELEASE_RECORD_TYPE } from '../../../domain/evidence/project.ts';
import { type MemoryRegistry, startMemoryRegistry } from '../../adapters/registry/memory-registry.ts';
import { quarantineSample, type QuarantinedSample } from './image-in-quarantine.ts';

const RECORD = JSON.stringify({ mediaType: 'bundle', says: 'completed' });

let folder: string;
let registry: MemoryRegistry;
let place: RecordPlace;
let image: QuarantinedSample;
let bundle: Artifact;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-record-'));
  registry = await startMemoryRegistry();
  image = await quarantineSample(registry.client, 'standard');
  const store = openDirectoryStore(folder);
  place = { store, registry: registry.client, repository: image.place.repository };
  bundle = await store.put(Buffer.from(RECORD), 'application/json');
});

afterEach(async () => {
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

async function attachedTypes(): Promise<(string | undefined)[]> {
  const found = await readAttachedBundles({ ...place, digest: image.place.digest });
  return found.map(({ predicateType }) => predicateType);
}

describe('the record of a release', () => {
  test('is on what it speaks of and beside it, byte for byte, also the second time', async () => {
    const subjects = [image.place.digest];
    const digest = await storeRecord(place, { bundle, subjects });
    expect(await storeRecord(place, { bundle, subjects })).toBe(digest);
    const found = await readAttachedBundles({ ...place, digest: image.place.digest });
    expect(found.filter((one) => one.predicateType === RELEASE_RECORD_TYPE)).toMatchObject([
      { digest: bundle.digest },
    ]);
    const { bytes } = await place.registry.getManifest(place.repository, digest);
    expect(JSON.parse(Buffer.from(bytes).toString('utf8'))).toMatchObject({
      layers: [{ digest: `sha256:${bundle.digest}`, size: RECORD.length }],
    });
  });

  test('is taken off again, and nothing else is', async () => {
    const before = await attachedTypes();
    const order = { bundle, subjects: [image.place.digest] };
    await storeRecord(place, order);
    expect(await attachedTypes()).toEqual([...before, RELEASE_RECORD_TYPE]);
    await takeRecordOff(place, order);
    await takeRecordOff(place, order);
    expect(await attachedTypes()).toEqual(before);
  });

  test('must be a bundle', async () => {
    const other = await place.store.put(Buffer.from('[]'), 'application/json');
    await expect(storeRecord(place, { bundle: other, subjects: [] })).rejects.toMatchObject({
      code: 'FND_BAD_DATA',
    });
  });

  test('is not taken as stored when the registry loses it', async () => {
    const tag = image.place.digest.replace(':', '-');
    registry.interfere = ({ method, path }) => (method === 'PUT' && path.endsWith(tag) ? 201 : undefined);
    await expect(storeRecord(place, { bundle, subjects: [image.place.digest] })).rejects.toMatchObject({
      code: 'FND_UNREACHABLE',
    });
  });
});
