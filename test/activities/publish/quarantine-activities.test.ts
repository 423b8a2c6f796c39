import { join } from 'node:path';
import { expect, test } from 'vitest';
import { storeImage } from '../../../activities/artifacts/stored-image.ts';
import { createQuarantineActivities } from '../../../activities/publish/quarantine-activities.ts';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { createRegistry } from '../../../adapters/registry/registry.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';
import { sampleImage, sampleLayer } from '../../adapters/oci-layout/sample-image.ts';
import { startInProcessRegistry } from '../../adapters/registry/in-process-registry.ts';

const PLACE = { run: '0a1b2c3d', variant: 'distroless' } as const;

test('an image is pushed by digest, blobs before the manifest, the index last, and taken back as a whole', async () => {
  const made = sampleImage([await sampleLayer({ a: '1' })]);
  const registry = await startInProcessRegistry((request, body, response) => {
    if (request.method === 'HEAD') response.writeHead(404).end();
    else if (request.method === 'DELETE') response.writeHead(202).end();
    else if (request.method === 'POST')
      response.writeHead(202, { location: `${request.url?.replace(/uploads\/.*$/, '')}uploads/1` }).end();
    else response.writeHead(201, { 'docker-content-digest': ociDigest(sha256(body)) }).end();
  });
  try {
    await withTemporaryDirectory(async (place) => {
      const store = openDirectoryStore(join(place, 'store'));
      const { pushImage, removeImage } = createQuarantineActivities({
        store,
        registry: createRegistry({ host: registry.host, plainHttp: true }),
        quarantine: 'quarantine/q',
      });
      const image = await storeImage(store, made);
      expect(await pushImage({ image, place: PLACE })).toEqual({
        registry: registry.host,
        repository: 'quarantine/q/0a1b2c3d/distroless',
        digest: made.index.descriptor.digest,
      });
      const manifests = registry.seen.filter((line) => line.includes('/manifests/'));
      expect(manifests).toEqual([
        `PUT /v2/quarantine/q/0a1b2c3d/distroless/manifests/${made.manifest.descriptor.digest}`,
        `PUT /v2/quarantine/q/0a1b2c3d/distroless/manifests/${made.index.descriptor.digest}`,
      ]);
      expect(registry.seen.slice(-2)).toEqual(manifests);

      await removeImage({ image, place: PLACE });
      expect(registry.seen.slice(-2)).toEqual([
        `DELETE /v2/quarantine/q/0a1b2c3d/distroless/manifests/${made.index.descriptor.digest}`,
        `DELETE /v2/quarantine/q/0a1b2c3d/distroless/manifests/${made.manifest.descriptor.digest}`,
      ]);
    });
  } finally {
    await registry.close();
  }
});
