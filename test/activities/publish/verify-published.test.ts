import { afterEach, expect, test } from 'vitest';
import { createConsumerActivities } from '../../../activities/publish/verify-published.ts';
import { MEDIA_TYPES } from '../../../adapters/registry/oci-types.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';
import { type MemoryRegistry, startMemoryRegistry } from '../../adapters/registry/memory-registry.ts';

let registry: MemoryRegistry;

afterEach(() => registry.close());

test.each([
  ['leads elsewhere', true],
  ['is gone', false],
])('a tag that %s when it is read as a consumer is somebody else’s doing', async (_, isThere) => {
  registry = await startMemoryRegistry();
  const ours = ociDigest(sha256('ours'));
  if (isThere)
    await registry.client.putManifest('openssl-fips', '3.5.7', MEDIA_TYPES.index, Buffer.from('theirs'));
  const { verifyPublished } = createConsumerActivities({
    store: openDirectoryStore('/nowhere'),
    registry: registry.client,
    trust: { trustedRoot: {}, identity: { issuer: 'https://issuer.invalid', san: 'us' } },
    builder: 'embedded',
  });
  const image = {
    variant: 'standard',
    platform: 'linux/amd64',
    registry: registry.host,
    repository: 'openssl-fips',
    tag: '3.5.7',
    digest: ours,
  } as const;
  const plan = { digest: sha256('plan'), size: 4, mediaType: 'application/json' };
  await expect(verifyPublished({ plan, image })).rejects.toMatchObject({
    code: 'FND_TAG_MOVED',
    message: expect.stringContaining(`expected ${ours}`),
  });
});
