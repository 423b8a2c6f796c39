import { readSbom } from '../../activities/evidence/sbom/read-sbom.ts';
import type { PublishedRecord, TrustedPlace } from '../../activities/publish/published-records.ts';
import {
  attestationOf,
  type Attested,
  bundleOpener,
  evidenceAmong,
  readImageEvidence,
} from '../../activities/verify/evidence.ts';
import { readPredicate } from '../../activities/verify/predicate.ts';
import { manifestFor } from '../../adapters/oci-layout/platforms.ts';
import { downloadSize, ImageIndex, ImageManifest } from '../../adapters/registry/oci-types.ts';
import type { OciDigest } from '../../domain/digest.ts';
import { Provenance } from '../../domain/evidence/provenance.ts';
import type { ReleasedImage } from '../../domain/release/status.ts';
import type { EvidentImage, EvidentRelease } from './compare-releases.ts';

/**
 * A release as its signed evidence describes it: the attestations that its record names, genuine, and the sizes of its manifests. Throws
 * FND_EVIDENCE_MISSING, FND_SIGNATURE_REFUSED, FND_BAD_DATA, FND_UNREACHABLE.
 */
export async function evidentRelease(
  place: TrustedPlace,
  { status, signedAt }: PublishedRecord,
): Promise<EvidentRelease> {
  const { version, commit } = status;
  const images: EvidentImage[] = [];
  for (const image of status.images) images.push(await evidentImage(place, image));
  return { version, commit, signedAt: signedAt.toISOString(), images };
}

async function evidentImage(
  { registry, repository, trust }: TrustedPlace,
  { variant, platform, digest, attestations }: ReleasedImage,
): Promise<EvidentImage> {
  const read = async (reference: OciDigest): Promise<unknown> =>
    JSON.parse(Buffer.from((await registry.getManifest(repository, reference)).bytes).toString('utf8'));
  const list = ImageIndex.parse(await read(digest));
  const descriptor = manifestFor(list, platform, `${repository}@${digest}`);
  const size = downloadSize(ImageManifest.parse(await read(descriptor.digest)));
  const opener = bundleOpener(trust);
  const named = new Set<string>(attestations.map(({ bundle }) => bundle));
  const evidence = await readImageEvidence({ registry, repository, digest }, list, descriptor.digest, opener);
  const [index, manifest] = [evidenceAmong(evidence.index, named), evidenceAmong(evidence.manifest, named)];
  const attested = (kind: 'sbom' | 'provenance'): Attested => attestationOf(kind, index, manifest);
  const { packages, files } = readSbom(attested('sbom').statement.predicate);
  const { buildDefinition } = readPredicate(
    attested('provenance').statement,
    Provenance,
    'provenance',
    'FND_PROVENANCE_REFUSED',
  );
  return {
    variant,
    platform,
    digest,
    size,
    files: packages.reduce((sum, one) => sum + one.files.length, files.size),
    packages: new Map(packages.map(({ name, version }) => [name, version])),
    dependencies: buildDefinition.resolvedDependencies,
  };
}
