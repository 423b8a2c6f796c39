import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { parseComplianceReport, parseReport } from '../../adapters/trivy/report.ts';
import { byControls, scanManifests, type Trivy } from '../../adapters/trivy/scan.ts';
import { sha256 } from '../../domain/digest.ts';
import { canonicalJson } from '../../domain/pins/canonical-json.ts';
import type { FoundWaiver } from '../../domain/pins/policy.ts';
import { CANARY_MANIFESTS } from './canary-manifests.ts';
import type { GateOpinion } from './gate-findings.ts';
import type { ManifestBenchmark } from './manifest-benchmarks.ts';
import { manifestChecks, noManifests } from './manifest-checks.ts';
import { fitCheck, setuidCheck } from './manifest-fit.ts';
import { readManifests } from './manifests.ts';
import type { Once } from './scan-once.ts';

/** What the gate looks at, and by what it judges. */
export interface ManifestOrder {
  readonly image: OciImage;
  /** How the image will be named: repository and digest. */
  readonly name: string;
  /** The manifests of the variant, texts by path in the commit. */
  readonly manifests: ReadonlyMap<string, string>;
  readonly waivers: readonly FoundWaiver[];
  /** Keeps reports for whoever needs the same: both gates on manifests do, and releases whose manifests did not change. */
  readonly once: Once;
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
  const { image, name, manifests, waivers, once } = order;
  const objects = readManifests(manifests, name);
  const files = new Map(
    [...objects, ...Object.values(CANARY_MANIFESTS)].map(({ path, text }) => [path, text]),
  );
  const scanned = { manifests: sha256(canonicalJson(Object.fromEntries(files))) };
  const raw = await once(scanned, async () => (await scanManifests(trivy, files)).raw);
  const report = parseReport(Buffer.from(raw).toString('utf8'), trivy.sha256);
  const sorted = { report: sha256(raw), benchmark: benchmark.name };
  const rawByControls = await once(sorted, async () => (await byControls(trivy, raw, benchmark.name)).raw);
  const common = {
    scannerVersion: report.version,
    findings: [],
    raw: [raw, rawByControls],
  };
  if (objects.length === 0) return { ...common, checks: [noManifests(benchmark)], waived: [] };
  const compliance = parseComplianceReport(Buffer.from(rawByControls).toString('utf8'), trivy.sha256);
  const scan = { objects, report, compliance };
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
