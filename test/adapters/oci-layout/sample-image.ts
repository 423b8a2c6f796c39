import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { makeDocument } from '../../../adapters/oci-layout/layout.ts';
import type { ImageConfig, OciImage } from '../../../adapters/oci-layout/oci-image.ts';
import { MEDIA_TYPES } from '../../../adapters/registry/oci-types.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';

/** An entry of a sample layer: a text, or a file, folder, link or device with what is said about it. */
export type SampleEntry = string | SampleHeader;

interface SampleHeader {
  readonly content?: Uint8Array | string;
  /** Else 0644, and 0755 for a folder. */
  readonly mode?: number;
  /** Else root's. */
  readonly uid?: number;
  readonly gid?: number;
  /** Seconds since 1970. */
  readonly mtime?: number;
  readonly type?: 'file' | 'directory' | 'symlink' | 'link' | 'character-device' | 'block-device' | 'fifo';
  /** Where a link leads. */
  readonly linkname?: string;
  readonly pax?: Readonly<Record<string, string>>;
}

/** Packs entries, in their order, as a gzipped layer. An entry `.wh.name` removes what a layer below has there. */
export async function sampleLayer(entries: Readonly<Record<string, SampleEntry>>): Promise<Uint8Array> {
  const writer = pack();
  for (const [name, entry] of Object.entries(entries)) {
    const {
      content = '',
      mtime = 0,
      type = 'file',
      ...header
    } = typeof entry === 'string' ? { content: entry } : entry;
    const mode = header.mode ?? (type === 'directory' ? 0o755 : 0o644);
    const { pax, ...rest } = header;
    const written = {
      ...rest,
      ...(pax === undefined ? {} : { pax: { ...pax } }),
      name,
      type,
      mode,
      mtime: new Date(mtime * 1000),
    };
    if (type === 'file') writer.entry(written, Buffer.from(content));
    else writer.entry(written);
  }
  writer.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of writer) chunks.push(chunk as Uint8Array);
  return gzipSync(Buffer.concat(chunks));
}

/** What of an image shall be another. */
export interface ImageChange {
  /** All its layers. */
  readonly layers?: readonly Uint8Array[];
  /** Members of what a container runs by; undefined takes one away. */
  readonly config?: {
    readonly [Name in keyof ImageConfig['config']]?: ImageConfig['config'][Name] | undefined;
  };
  /** Other members of its configuration. */
  readonly document?: Partial<Pick<ImageConfig, 'created' | 'architecture' | 'history' | 'author'>>;
  /** Of its manifest and its index. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Members of its manifest and its index, whatever they lead to. */
  readonly manifest?: Partial<OciImage['manifest']['content']>;
  readonly index?: Partial<OciImage['index']['content']>;
}

/** The image with something else in it; its documents fit each other again. */
export function imageWith(
  image: OciImage,
  { layers, config: runtime, document, annotations, ...documents }: ImageChange,
): OciImage {
  const { content } = image.config;
  const packed = layers ?? image.layers;
  const config = makeDocument(MEDIA_TYPES.config, {
    ...content,
    ...document,
    config: { ...content.config, ...runtime } as ImageConfig['config'],
    rootfs: layers === undefined ? content.rootfs : { type: 'layers' as const, diff_ids: layers.map(diffId) },
  });
  const manifest = makeDocument(MEDIA_TYPES.manifest, {
    ...image.manifest.content,
    config: config.descriptor,
    layers: packed.map(layerDescriptor),
    ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
    ...documents.manifest,
  });
  const { os, architecture } = config.content;
  const index = makeDocument(MEDIA_TYPES.index, {
    ...image.index.content,
    manifests: [{ ...manifest.descriptor, platform: { architecture, os } }],
    ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
    ...documents.index,
  });
  return { index, manifest, config, layers: packed };
}

function diffId(layer: Uint8Array): string {
  return `sha256:${createHash('sha256').update(gunzipSync(layer)).digest('hex')}`;
}

function layerDescriptor(layer: Uint8Array): OciImage['manifest']['content']['layers'][0] {
  return { mediaType: MEDIA_TYPES.layerTarGzip, digest: ociDigest(sha256(layer)), size: layer.length };
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
      diff_ids: layers.map(diffId),
    },
    history: layers.map(() => ({ created: '2026-04-07T00:00:00Z', created_by: 'apko', author: 'apko' })),
  };
  const config = makeDocument(MEDIA_TYPES.config, content);
  const manifest = makeDocument(MEDIA_TYPES.manifest, {
    schemaVersion: 2 as const,
    mediaType: MEDIA_TYPES.manifest,
    config: config.descriptor,
    layers: layers.map(layerDescriptor),
  });
  const index = makeDocument(MEDIA_TYPES.index, {
    schemaVersion: 2 as const,
    mediaType: MEDIA_TYPES.index,
    manifests: [{ ...manifest.descriptor, platform: { architecture: 'amd64', os: 'linux' } }],
  });
  return { index, manifest, config, layers };
}
