import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { byControls, scanManifests, type Trivy } from '../../adapters/trivy/scan.ts';
import type { FoundWaiver } from '../../domain/pins/policy.ts';
import { CANARY_MANIFESTS } from './canary-manifests.ts';
import type { GateOpinion } from './gate-findings.ts';
import type { ManifestBenchmark } from './manifest-benchmarks.ts';
import { manifestChecks, noManifests } from './manifest-checks.ts';
import { fitCheck, setuidCheck } from './manifest-fit.ts';
import { readManifests } from './manifests.ts';

/** What the gate looks at, and by what it judges. */
export interface ManifestOrder {
  readonly image: OciImage;
  /** How the image will be named: repository and digest. */
  readonly name: string;
  /** The manifests of the variant, texts by path in the commit. */
  readonly manifests: ReadonlyMap<string, string>;
  readonly waivers: readonly FoundWaiver[];
}

/**
 * A gate on the manifests that an image is run by: on the image itself these benchmarks evaluate nothing and say that all is well.
 * Throws what the scan throws, and FND_BAD_DATA for manifests that cannot be read.
 */
export async function judgeByManifests(
  trivy: Trivy,
  benchmark: ManifestBenchmark,
  order: ManifestOrder,
): Promise<GateOpinion> {
  const { image, name, manifests, waivers } = order;
  const objects = readManifests(manifests, name);
  const scanned = await scanManifests(
    trivy,
    new Map([...objects, ...Object.values(CANARY_MANIFESTS)].map(({ path, text }) => [path, text])),
  );
  const compliance = await byControls(trivy, scanned.raw, benchmark.name);
  const common = {
    scannerVersion: scanned.report.version,
    findings: [],
    raw: [scanned.raw, compliance.raw],
  };
  if (objects.length === 0) return { ...common, checks: [noManifests(benchmark)], waived: [] };
  const scan = { objects, report: scanned.report, compliance: compliance.report };
  const { checks, waived } = manifestChecks(benchmark, scan, waivers);
  const user = image.config.content.config.User;
  return {
    ...common,
    checks: [
      ...checks,
      fitCheck(benchmark, objects, { image: name, user }),
      ...(benchmark.gate === 'pss-restricted' ? [await setuidCheck(benchmark, image)] : []),
    ],
    waived,
  };
}
