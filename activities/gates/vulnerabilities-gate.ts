import { lineOf, type OpensslAdvisory } from '../../adapters/openssl-advisories/advisories.ts';
import type { TrivyReport } from '../../adapters/trivy/report.ts';
import { scanImage, type Scanned, scanSbom, type Trivy } from '../../adapters/trivy/scan.ts';
import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import type { Platform } from '../../domain/pins/variant.ts';
import type { Check } from '../../domain/release/check.ts';
import { canaryImage } from './canary-image.ts';
import { canarySbom } from './canary-sbom.ts';
import type { GateOpinion } from './gate-findings.ts';
import { type LookedAt, reasonsAgainstImageReport, seenIn } from './image-report.ts';
import { CORE_ORIGIN, judgePackages, PROVIDER, type ProviderCounts } from './openssl-vulnerabilities.ts';
import { scanCanary } from './scan-canary.ts';
import type { Once } from './scan-once.ts';
import { vulnerabilityChecks, type VulnerabilityPolicy } from './vulnerability-checks.ts';

/** By what an image is judged, whatever its packages are looked up from. */
export interface VulnerabilitiesOrder {
  /** The packages that the image holds, as `name version`: what the scanner must have seen. */
  readonly packages: ReadonlySet<string>;
  /** The version of the core that the release pins. */
  readonly core: string;
  /** The folder of the scanner's database. */
  readonly database: string;
  readonly advisories: readonly OpensslAdvisory[];
  /** Why there are no advisories; they are then empty. */
  readonly advisoriesProblem: string | undefined;
  readonly policy: VulnerabilityPolicy;
}

/** A vulnerability of the canary that no database knows: it must come from the advisories. */
const PLANTED = 'CVE-1999-0000';

/** The gate `vulnerabilities`: no known vulnerability, by the scanner's database and by OpenSSL's own advisories. Throws what the scan throws. */
export async function judgeVulnerabilities(
  trivy: Trivy,
  order: VulnerabilitiesOrder & {
    readonly image: OciImage;
    readonly platform: Platform;
    /** Keeps the report on the canary for the images of other variants. */
    readonly once: Once;
  },
): Promise<GateOpinion> {
  const scan = { database: order.database, scan: 'vulnerabilities' as const };
  const openssl = { name: 'openssl', version: `${firstOfLine(order.core)}-r0`, origin: CORE_ORIGIN };
  return opinionOn(order, {
    lookedAt: 'container_image',
    scanned: await scanImage(trivy, { ...scan, image: order.image }),
    canary: await scanCanary(trivy, {
      ...scan,
      image: await canaryImage([openssl], order.platform),
      once: order.once,
    }),
  });
}

/** The same for what is published: the packages are those of its SBOM, which must have been verified. Throws what the scan throws. */
export async function judgeSbom(
  trivy: Trivy,
  order: VulnerabilitiesOrder & { readonly sbom: Uint8Array },
): Promise<GateOpinion> {
  const { database, core, sbom } = order;
  const canary = canarySbom(sbom, { origin: CORE_ORIGIN, version: `${firstOfLine(core)}-r0` });
  return opinionOn(order, {
    lookedAt: 'cyclonedx',
    scanned: await scanSbom(trivy, { database, sbom }),
    canary: await scanSbom(trivy, { database, sbom: canary }),
  });
}

/** What the scanner said, also of a canary. */
interface Scans {
  readonly lookedAt: LookedAt;
  readonly scanned: Scanned<TrivyReport>;
  readonly canary: Scanned<TrivyReport>;
}

/** The first release of the line: every database and every advisory that means anything knows something of it. */
function firstOfLine(core: string): string {
  return `${lineOf(core)}.0`;
}

function opinionOn(order: VulnerabilitiesOrder, { lookedAt, scanned, canary }: Scans): GateOpinion {
  const { advisories, core } = order;
  const judged = judgePackages(seenIn(scanned.report), advisories);
  const { findings, checks, waived } = vulnerabilityChecks(judged.named, order.policy);
  return {
    scannerVersion: scanned.report.version,
    checks: [
      runCheck(scanned.report, lookedAt, order),
      advisoriesCheck(order),
      canaryCheck(canary.report, advisories, firstOfLine(core)),
      providerCheck(judged.provider),
      ...checks,
    ],
    waived,
    findings,
    raw: [scanned.raw, canary.raw],
  };
}

function runCheck(report: TrivyReport, lookedAt: LookedAt, { packages, core }: VulnerabilitiesOrder): Check {
  const check = { id: 'VULN-RUN', title: 'Trivy looked up every package of the image' };
  const seen = seenIn(report).packages;
  const names = new Set(seen.map(({ name, version }) => `${name} ${version}`));
  const unseen = [...packages].filter((one) => !names.has(one));
  const strange = [...names].filter((one) => !packages.has(one));
  const ofCore = seen.filter(({ origin }) => origin === CORE_ORIGIN);
  const others = ofCore.filter(({ version }) => !version.startsWith(`${core}-r`));
  const reasons = [
    ...reasonsAgainstImageReport(report, lookedAt),
    ...(unseen.length > 0 ? [`it did not see ${unseen.join(', ')}`] : []),
    ...(strange.length > 0 ? [`it saw ${strange.join(', ')}, which the image does not hold`] : []),
    ...(ofCore.length > 0 ? [] : ['it saw no package of the core']),
    ...others.map(({ name, version }) => `${name} is ${version}, and the release is of ${core}`),
    ...(seen.some(({ name }) => name === PROVIDER) ? [] : ['it saw no package of the provider']),
  ];
  return reasons.length > 0
    ? { ...check, verdict: 'not-run', detail: reasons.join('; ') }
    : { ...check, verdict: 'pass', detail: `Trivy ${report.version} looked up ${names.size} packages` };
}

function advisoriesCheck({ advisories, advisoriesProblem, core }: VulnerabilitiesOrder): Check {
  const check = {
    id: 'VULN-ADVISORIES',
    title: "OpenSSL's own advisories were there to judge its packages by",
  };
  if (advisoriesProblem !== undefined || advisories.length === 0)
    return { ...check, verdict: 'not-run', detail: advisoriesProblem ?? 'there is no advisory' };
  const line = lineOf(core);
  const ofLine = advisories.filter(({ affected }) => affected.some(({ from }) => lineOf(from) === line));
  return ofLine.length > 0
    ? {
        ...check,
        verdict: 'pass',
        detail: `${advisories.length} advisories, ${ofLine.length} of them of ${line}`,
      }
    : {
        ...check,
        verdict: 'not-run',
        detail: `none of ${advisories.length} advisories is of ${line}: they are not of our core`,
      };
}

/** The canary must be caught on both ways: by the scanner with its database, and by an advisory of which no database knows. */
function canaryCheck(canary: TrivyReport, advisories: readonly OpensslAdvisory[], version: string): Check {
  const check = {
    id: 'VULN-CANARY',
    title: 'A known vulnerability is found in another image, by the scanner and by an advisory',
  };
  const seen = seenIn(canary);
  const planted: OpensslAdvisory = {
    cve: PLANTED,
    severity: 'low',
    published: new Date(0),
    affected: [{ from: version, before: '*', through: undefined }],
    text: 'A canary.',
  };
  const policy = { severity: 'low' as const, statements: [] };
  const { findings } = vulnerabilityChecks(judgePackages(seen, [...advisories, planted]).named, policy);
  const missed = [
    ...(seen.vulnerabilities.length > 0 ? [] : [`the scanner knows nothing of OpenSSL ${version}`]),
    ...(findings.some(({ id, state }) => id === PLANTED && state === 'counts')
      ? []
      : ['the vulnerability that an advisory tells of']),
  ];
  if (missed.length > 0)
    return {
      ...check,
      verdict: 'not-run',
      detail: `not found: ${missed.join('; ')}; so nothing follows from finding nothing`,
    };
  const detail = `OpenSSL ${version}: the scanner names ${seen.vulnerabilities.length}, and the planted advisory counts`;
  return { ...check, verdict: 'pass', detail };
}

/** How the FIPS provider was judged. It is a module that cannot be patched without losing its certificate, so this is said even when nothing was found. */
function providerCheck(counts: ProviderCounts): Check {
  const all = counts.affected + counts['not-affected'] + counts.silent;
  const check = { id: 'VULN-PROVIDER', title: 'The FIPS provider was judged by each advisory of OpenSSL' };
  if (all === 0) return { ...check, verdict: 'not-run', detail: 'no advisory was judged for it' };
  const detail = `of ${all} advisories ${counts.affected} affect it, ${counts['not-affected']} say or show that they do not, and ${counts.silent} speak neither of its versions nor of its module`;
  return { ...check, verdict: 'pass', detail };
}
