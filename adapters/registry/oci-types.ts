import { z } from 'zod';
import { type OciDigest, parseOciDigest } from '../../domain/digest.ts';

/** Media types of the OCI image specification v1.1 that the foundry reads or writes. */
export const MEDIA_TYPES = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layerTarGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  empty: 'application/vnd.oci.empty.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerManifestList: 'application/vnd.docker.distribution.manifest.list.v2+json',
} as const;

const Digest = z.string().transform((text, context): OciDigest => {
  try {
    return parseOciDigest(text, 'descriptor digest');
  } catch {
    context.addIssue({ code: 'custom', message: `not a sha256 digest: ${text}` });
    return z.NEVER;
  }
});

const Annotations = z.record(z.string(), z.string());

/** A content descriptor (OCI image-spec, descriptor.md), only with the fields we read. */
export const Descriptor = z.object({
  mediaType: z.string().min(1),
  digest: Digest,
  size: z.int().nonnegative(),
  artifactType: z.string().optional(),
  annotations: Annotations.optional(),
  platform: z.object({ architecture: z.string(), os: z.string(), variant: z.string().optional() }).optional(),
});
export type Descriptor = z.infer<typeof Descriptor>;

/** An image manifest (OCI image-spec, manifest.md), also of an artifact that is not an image. */
export const ImageManifest = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  config: Descriptor,
  layers: z.array(Descriptor),
  subject: Descriptor.optional(),
  annotations: Annotations.optional(),
});
export type ImageManifest = z.infer<typeof ImageManifest>;

/** What a reader downloads of an image: its config and its compressed layers, in bytes. */
export function downloadSize({ config, layers }: Pick<ImageManifest, 'config' | 'layers'>): number {
  return [config, ...layers].reduce((sum, { size }) => sum + size, 0);
}

/** An image index (OCI image-spec, image-index.md); the referrers fallback tag holds one too. */
export const ImageIndex = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  manifests: z.array(Descriptor),
  subject: Descriptor.optional(),
  annotations: Annotations.optional(),
});
export type ImageIndex = z.infer<typeof ImageIndex>;

/** The config of an artifact that has none: the two bytes `{}` (OCI image-spec 1.1, guidance for an empty descriptor). */
export const EMPTY_CONFIG = new Uint8Array([0x7b, 0x7d]);
