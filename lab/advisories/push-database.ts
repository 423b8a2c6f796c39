import { EMPTY_CONFIG, MEDIA_TYPES } from '../../adapters/registry/oci-types.ts';
import type { Registry } from '../../adapters/registry/registry.ts';
import type { OciDigest } from '../../domain/digest.ts';

/** The only layer type that Trivy accepts for its database. */
const LAYER_TYPE = 'application/vnd.aquasec.trivy.db.layer.v1.tar+gzip';
const CONFIG_TYPE = 'application/vnd.aquasec.trivy.config.v1+json';

/** Pushes a packed database as the artifact that `trivy --db-repository` downloads; returns its digest. `updatedAt` is when the
 * database was made. Pushing twice is the same. */
export async function pushScannerDatabase(
  registry: Registry,
  repository: string,
  tag: string,
  layer: Uint8Array,
  updatedAt?: Date,
): Promise<OciDigest> {
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config: {
      mediaType: CONFIG_TYPE,
      digest: await registry.putBlob(repository, EMPTY_CONFIG),
      size: EMPTY_CONFIG.byteLength,
    },
    layers: [
      {
        mediaType: LAYER_TYPE,
        digest: await registry.putBlob(repository, layer),
        size: layer.byteLength,
        annotations: { 'org.opencontainers.image.title': 'db.tar.gz' },
      },
    ],
    annotations: {
      ...(updatedAt === undefined ? {} : { 'org.opencontainers.image.created': updatedAt.toISOString() }),
      'org.opencontainers.image.title': 'wolfi-openssl-fips lab scanner database',
      'org.opencontainers.image.description':
        'A lab: made from the CHANGES.md of OpenSSL releases; knows only OpenSSL and must not judge real images.',
    },
  };
  return registry.putManifest(repository, tag, MEDIA_TYPES.manifest, Buffer.from(JSON.stringify(manifest)));
}
