import type { ImageInQuarantine } from '../../activities/artifacts/image-in-quarantine.ts';
import type { Artifact } from '../../domain/artifact.ts';
import { inQuarantine, type QuarantinedImage } from './construct.ts';
import { attestBuild, submitDependencies } from './activities.ts';
import { perVariant } from './per-variant.ts';
import type { ReleaseRun } from './release-run.ts';

interface Proof {
  readonly run: ReleaseRun;
  readonly images: readonly QuarantinedImage[];
}

/** An image whose SBOM was made and signed. */
export interface ProvenImage extends ImageInQuarantine {
  readonly sbom: Artifact;
}

/** Stage 4: SBOM, provenance and self-tests of every image, signed and read back; then what it is made of, to the forge's dependency graph. */
export async function prove({ run, images }: Proof): Promise<ProvenImage[]> {
  const proven = await perVariant(images, (image) => attest(run, image));
  const [first] = proven;
  if (first === undefined) throw new Error('a release has images');
  const sboms = proven.map(({ variant, platform, sbom }) => ({ variant, platform, sbom }));
  await run.part(
    'evidence',
    'dependency graph',
    () =>
      submitDependencies.executeWithOptions({ summary: 'dependency graph' }, [{ plan: first.plan, sboms }]),
    ({ said }) => said,
  );
  return proven;
}

async function attest(run: ReleaseRun, image: QuarantinedImage): Promise<ProvenImage> {
  const name = `${image.variant} (${image.platform})`;
  const { sbom, attestations } = await run.part(
    'evidence',
    name,
    () => attestBuild.executeWithOptions({ summary: `evidence of ${name}` }, [inQuarantine(image)]),
    ({ attestations: { length } }) => `SBOM, provenance, self-tests: ${length} signed and read back`,
  );
  run.attested(image, attestations);
  return { ...inQuarantine(image), sbom };
}
