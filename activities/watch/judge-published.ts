import { compareReleases } from '../../adapters/openssl-advisories/advisories.ts';
import type { Artifact } from '../../domain/artifact.ts';
import { sha256 } from '../../domain/digest.ts';
import { statementsFor } from '../../domain/pins/policy.ts';
import type { Versions } from '../../domain/pins/versions.ts';
import type { Finding } from '../../domain/evidence/gate-result.ts';
import type { FoundVulnerability } from '../../domain/watch/look.ts';
import type { WatchProblem } from '../../domain/watch/record.ts';
import { reuseOr } from '../artifacts/reuse.ts';
import { type GateFindings, SoundFindings } from '../gates/gate-findings.ts';
import { PROVIDER } from '../gates/openssl-vulnerabilities.ts';
import { judgeSbom } from '../gates/vulnerabilities-gate.ts';
import type { Knowledge } from './knowledge.ts';
import type { PublishedImage } from './read-published.ts';

/** What is known against an image, or why nobody can say. */
export type Judgement =
  | { readonly found: readonly FoundVulnerability[] }
  | { readonly problem: Pick<WatchProblem, 'code' | 'message'> };

/**
 * Judges a published image as the gate `vulnerabilities` does, from its SBOM; equal inputs are judged once. A severity below which the gate
 * lets pass means nothing here: zero is zero. Throws what the scan throws.
 */
export async function judgePublished(image: PublishedImage, known: Knowledge): Promise<Judgement> {
  const { store, results, trivy, database, advisories, versions, rules, now } = known;
  const policy = {
    severity: versions.policy.vulnerabilities.severity,
    statements: statementsFor(versions, image.variant, now),
  };
  const inputs = {
    format: 1,
    sbom: sha256(image.sbom),
    core: image.version,
    database: database.sha256,
    advisories: advisories.sha256,
    policy: { ...policy, statements: policy.statements.map((statement) => ({ ...statement })) },
    scanner: trivy.sha256,
    rules,
  };
  const look = async (): Promise<GateFindings> => {
    const startedAt = new Date().toISOString();
    const opinion = await judgeSbom(trivy, {
      sbom: image.sbom,
      packages: image.packages,
      core: image.version,
      database: database.folder,
      advisories: advisories.advisories,
      advisoriesProblem: advisories.problem,
      policy,
    });
    const raw: Artifact[] = [];
    for (const bytes of opinion.raw) raw.push(await store.put(bytes, 'application/json'));
    return {
      checks: [...opinion.checks],
      waived: [...opinion.waived],
      findings: [...opinion.findings],
      scannerVersion: opinion.scannerVersion,
      startedAt,
      finishedAt: new Date().toISOString(),
      raw,
    };
  };
  const reuse = { store, results, isRebuild: false };
  const { result } = await reuseOr(reuse, inputs, SoundFindings, look);
  const [notRun] = result.checks.filter(({ verdict }) => verdict === 'not-run');
  if (notRun !== undefined)
    return { problem: { code: notRun.id, message: `${notRun.title}: ${notRun.detail}` } };
  return { found: result.findings.flatMap((finding) => foundBy(finding, versions)) };
}

function foundBy(finding: Finding, versions: Versions): FoundVulnerability[] {
  const { id, package: name, version, severity, state, reason } = finding;
  if (state === 'not-affected') return [];
  const fixedVersion = usableFix(finding, versions);
  return [{ id, package: name, version, severity, fixedVersion, stated: state === 'stated' ? reason : null }];
}

/** The FIPS provider may be replaced only by a version that a certificate on the allow-list covers. */
function usableFix({ package: name, fixedVersion }: Finding, { certificate }: Versions): string | null {
  if (fixedVersion === null || name !== PROVIDER) return fixedVersion;
  const certified = Object.values(certificate).map(({ version }) => version);
  return certified.find((version) => compareReleases(version, fixedVersion) >= 0) ?? null;
}
