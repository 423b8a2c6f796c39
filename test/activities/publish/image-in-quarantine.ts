import type { ImageToPromote } from '../../../activities/publish/publish-activities.ts';
import { pushImage } from '../../../adapters/oci-layout/push.ts';
import type { Registry } from '../../../adapters/registry/registry.ts';
import { attachBundle } from '../../../adapters/sigstore/attach.ts';
import { type OciDigest, sha256 } from '../../../domain/digest.ts';
import type { Variant } from '../../../domain/pins/variant.ts';
import type { Attestation } from '../../../domain/release/status.ts';
import { sampleImage, sampleLayer } from '../../adapters/oci-layout/sample-image.ts';

const TYPES = ['https://example.invalid/first', 'https://example.invalid/second'] as const;

/** A small image in quarantine with what promotion must bring along. */
export interface QuarantinedSample extends ImageToPromote {
  /** The digest of its one manifest. */
  readonly manifest: OciDigest;
}

/** Pushes an image that differs by its variant, and puts two bundles (not signed: nobody looks) on its index and its manifest. */
export async function quarantineSample(registry: Registry, variant: Variant): Promise<QuarantinedSample> {
  const repository = `quarantine/run/${variant}`;
  const image = sampleImage([await sampleLayer({ variant })]);
  const digest = await pushImage(registry, repository, image);
  const manifest = image.manifest.descriptor.digest;
  const attestations: Attestation[] = [];
  for (const predicateType of TYPES) {
    const bundle = { variant, predicateType };
    for (const subject of [digest, manifest]) {
      await attachBundle({ registry, repository, digest: subject }, bundle, predicateType);
    }
    attestations.push({ predicateType, suite: null, bundle: sha256(JSON.stringify(bundle)) });
  }
  return {
    variant,
    platform: 'linux/amd64',
    place: { registry: registry.host, repository, digest },
    attestations,
    manifest,
  };
}
