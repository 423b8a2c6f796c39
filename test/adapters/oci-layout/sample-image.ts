import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { makeDocument } from '../../../adapters/oci-layout/layout.ts';
import type { ImageConfig, OciImage } from '../../../adapters/oci-layout/oci-image.ts';
import { MEDIA_TYPES } from '../../../adapters/registry/oci-types.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';

/** A file of a sample layer; text, or bytes with a mode. */
type SampleFile = string | { readonly content: Uint8Array | string; readonly mode?: number };

/** Packs files, in their order, as a gzipped layer. */
export async function sampleLayer(files: Readonly<Record<string, SampleFile>>): Promise<Uint8Array> {
  const writer = pack();
  for (const [name, file] of Object.entries(files)) {
    const { content, mode = 0o644 } = typeof file === 'string' ? { content: file } : file;
    writer.entry({ name, mode, mtime: new Date(0) }, Buffer.from(content));
  }
  writer.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of writer) chunks.push(chunk as Uint8Array);
  return gzipSync(Buffer.concat(chunks));
}

/** An image of these layers as apko would leave it: no labels, no health check. */
export function sampleImage(layers: readonly Uint8Array[]): OciImage {
  const content: ImageConfig = {
    created: '2026-04-07T00:00:00Z',
    author: 'somebody',
    architecture: 'amd64',
    os: 'linux',
    config: {
      User: '65532',
      Env: ['PATH=/usr/bin'],
      Entrypoint: ['/usr/bin/openssl'],
      Cmd: ['version'],
      Labels: {},
    },
    rootfs: {
      type: 'layers',
      diff_ids: layers.map(
        (layer) => `sha256:${createHash('sha256').update(gunzipSync(layer)).digest('hex')}`,
      ),
    },
    history: layers.map(() => ({ created: '2026-04-07T00:00:00Z', created_by: 'apko', author: 'apko' })),
  };
  const config = makeDocument(MEDIA_TYPES.config, content);
  const manifest = makeDocument(MEDIA_TYPES.manifest, {
    schemaVersion: 2 as const,
    mediaType: MEDIA_TYPES.manifest,
    config: config.descriptor,
    layers: layers.map((layer) => ({
      mediaType: MEDIA_TYPES.layerTarGzip,
      digest: ociDigest(sha256(layer)),
      size: layer.length,
    })),
  });
  const index = makeDocument(MEDIA_TYPES.index, {
    schemaVersion: 2 as const,
    mediaType: MEDIA_TYPES.index,
    manifests: [{ ...manifest.descriptor, platform: { architecture: 'amd64', os: 'linux' } }],
  });
  return { index, manifest, config, layers };
}
