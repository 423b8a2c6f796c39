import { type OciDigest, ociDigest, sha256 } from '../../domain/digest.ts';
import { type Descriptor, EMPTY_CONFIG, MEDIA_TYPES } from './oci-types.ts';
import type { Registry } from './registry.ts';

/** What is no image but lies in a registry as one (OCI image-spec 1.1, guidelines for artifact usage). */
export interface OciArtifact {
  /** Its media type. */
  readonly artifactType: string;
  readonly layers: readonly {
    readonly mediaType: string;
    readonly bytes: Uint8Array;
    readonly annotations?: Readonly<Record<string, string>>;
  }[];
  readonly annotations: Readonly<Record<string, string>>;
  /** What it speaks of. */
  readonly subject?: Descriptor;
}

/**
 * Uploads an artifact by digest, without a tag, its blobs first, and returns the digest of its manifest: the same artifact gives the same.
 * Throws what the registry throws.
 */
export async function pushArtifact(
  registry: Registry,
  repository: string,
  artifact: OciArtifact,
): Promise<OciDigest> {
  return (await pushListed(registry, repository, artifact)).digest;
}

/** {@link pushArtifact} for one that speaks of another: returns what a list of those says of it. */
export async function pushListed(
  registry: Registry,
  repository: string,
  { artifactType, layers, annotations, subject }: OciArtifact,
): Promise<Descriptor> {
  const described: object[] = [];
  for (const { bytes, ...layer } of layers) {
    described.push({ ...layer, digest: await registry.putBlob(repository, bytes), size: bytes.length });
  }
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    artifactType,
    config: {
      mediaType: MEDIA_TYPES.empty,
      digest: await registry.putBlob(repository, EMPTY_CONFIG),
      size: EMPTY_CONFIG.length,
    },
    layers: described,
    ...(subject === undefined ? {} : { subject }),
    annotations,
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  const digest = ociDigest(sha256(bytes));
  await registry.putManifest(repository, digest, MEDIA_TYPES.manifest, bytes);
  return { mediaType: MEDIA_TYPES.manifest, digest, size: bytes.length, artifactType, annotations };
}
