import type { OpensslAdvisory } from '../../adapters/openssl-advisories/advisories.ts';
import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { byControls, scanImage, type Trivy } from '../../adapters/trivy/scan.ts';
import type { FoundStatement, FoundWaiver } from '../../domain/pins/policy.ts';
import type { Platform } from '../../domain/pins/variant.ts';
import { canaryImage } from './canary-image.ts';
import { dockerChecks } from './docker-checks.ts';
import type { GateOpinion } from './gate-findings.ts';
import { CORE_ORIGIN } from './openssl-vulnerabilities.ts';
import { scanCanary } from './scan-canary.ts';
import type { Once } from './scan-once.ts';

/** What the gate looks at, and by what it judges. */
export interface DockerOrder {
  readonly image: OciImage;
  readonly platform: Platform;
  readonly database: string;
  readonly advisories: readonly OpensslAdvisory[];
  readonly statements: readonly FoundStatement[];
  readonly waivers: readonly FoundWaiver[];
  /** Keeps the report on the canary for the images of other variants. */
  readonly once: Once;
}

/** A release of OpenSSL that is older than all advisories of any database. */
const CANARY_VERSION = '3.0.0-r0';

/** The gate `cis-docker`: the CIS Docker benchmark on the image. Throws what the scans throw. */
export async function judgeByDockerBenchmark(trivy: Trivy, order: DockerOrder): Promise<GateOpinion> {
  const { image, platform, database, advisories, statements, waivers, once } = order;
  const scan = { database, scan: 'vulnerabilities-and-configuration' as const };
  const scanned = await scanImage(trivy, { ...scan, image });
  const compliance = await byControls(trivy, scanned.raw, 'docker-cis-1.6.0');
  const openssl = { name: 'openssl', version: CANARY_VERSION, origin: CORE_ORIGIN };
  const canary = await scanCanary(trivy, { ...scan, image: await canaryImage([openssl], platform), once });
  const { checks, waived } = dockerChecks(
    { report: scanned.report, compliance: compliance.report, canary: canary.report },
    { advisories, statements },
    waivers,
  );
  return {
    scannerVersion: scanned.report.version,
    checks,
    waived,
    findings: [],
    raw: [scanned.raw, compliance.raw, canary.raw],
  };
}
