import type { ImageToPromote } from '../../../activities/publish/promote-images.ts';
import type { OciImage } from '../../../adapters/oci-layout/oci-image.ts';
import { pushImage } from '../../../adapters/oci-layout/push.ts';
import type { Registry } from '../../../adapters/registry/registry.ts';
import { attachBundle } from '../../../adapters/sigstore/attach.ts';
import { type OciDigest, sha256 } from '../../../domain/digest.ts';
import type { Platform, Variant } from '../../../domain/pins/variant.ts';
import type { Attestation } from '../../../domain/release/status.ts';
import { imageFor, joinedImages, pushJoined } from '../../adapters/oci-layout/platform-images.ts';
import { sampleImage, sampleLayer } from '../../adapters/oci-layout/sample-image.ts';

const TYPES = ['https://example.invalid/first', 'https://example.invalid/second'] as const;

/** A small image in quarantine with what promotion must bring along. */
export interface QuarantinedSample extends ImageToPromote {
  /** The digest of its own manifest. */
  readonly manifest: OciDigest;
}

/** Pushes an image that differs by its variant, and puts two bundles (not signed: nobody looks) on its index and its manifest. */
export async function quarantineSample(registry: Registry, variant: Variant): Promise<QuarantinedSample> {
  const image = sampleImage([await sampleLayer({ variant })]);
  await pushImage(registry, `quarantine/run/${variant}`, image);
  return await attachedTo(registry, variant, 'linux/amd64', image);
}

/** The same for two platforms under one index. */
export async function quarantineJoined(
  registry: Registry,
  variant: Variant,
): Promise<[QuarantinedSample, QuarantinedSample]> {
  const [amd64, arm64] = joinedImages(
    await imageFor('amd64', `${variant} amd64`),
    await imageFor('arm64', `${variant} arm64`),
  );
  if (amd64 === undefined || arm64 === undefined) throw new Error('two were joined');
  await pushJoined(registry, `quarantine/run/${variant}`, [amd64, arm64]);
  return [
    await attachedTo(registry, variant, 'linux/amd64', amd64),
    await attachedTo(registry, variant, 'linux/arm64', arm64),
  ];
}

async function attachedTo(
  registry: Registry,
  variant: Variant,
  platform: Platform,
  image: OciImage,
): Promise<QuarantinedSample> {
  const repository = `quarantine/run/${variant}`;
  const [digest, manifest] = [image.index.descriptor.digest, image.manifest.descriptor.digest];
  const attestations: Attestation[] = [];
  for (const predicateType of TYPES) {
    const bundle = { variant, platform, predicateType };
    for (const subject of [digest, manifest]) {
      await attachBundle({ registry, repository, digest: subject }, bundle, predicateType);
    }
    attestations.push({ predicateType, suite: null, bundle: sha256(JSON.stringify(bundle)) });
  }
  return {
    variant,
    platform,
    place: { registry: registry.host, repository, digest },
    attestations,
    manifest,
  };
}
