import { Buffer } from 'node:buffer';
import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { pullImage } from '../../adapters/oci-layout/pull.ts';
import { readBytes, readText } from '../../adapters/store/read-bytes.ts';
import type { Trivy } from '../../adapters/trivy/scan.ts';
import type { Artifact } from '../../domain/artifact.ts';
import { ociDigest, parseOciDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { GateResult } from '../../domain/evidence/gate-result.ts';
import { type Check, type StageOutcome, summarise } from '../../domain/release/check.ts';
import { reuseOr } from '../artifacts/reuse.ts';
import { databaseAgeCheck } from './database-age.ts';
import { judgeByDockerBenchmark } from './docker-gate.ts';
import { type GateFindings, type GateOpinion, ranWell, SoundFindings } from './gate-findings.ts';
import {
  databasesOf,
  type GateDependencies,
  type GateInputs,
  type GateOrder,
  gatherInputs,
  keyOf,
} from './gate-inputs.ts';
import { packagesOfImage, packagesOfSbom } from './installed-packages.ts';
import { NSA_CISA, PSS_RESTRICTED } from './manifest-benchmarks.ts';
import { judgeByManifests } from './manifest-gate.ts';
import { type Reports, scanOnce } from './scan-once.ts';
import { createSharing } from './shared-while-used.ts';
import { judgeVulnerabilities } from './vulnerabilities-gate.ts';

/** What a gate says: in short, and the stored {@link GateResult}. */
export interface JudgedGate {
  readonly outcome: StageOutcome;
  readonly result: Artifact;
}

/** The gates. Each may be repeated at any time; equal inputs give their findings again, and the age of the database is always judged anew. */
export interface GateActivities {
  /**
   * Takes an image from quarantine by its digest and judges it. Throws FND_DIGEST_MISMATCH when that is another image than was ordered,
   * FND_UNREACHABLE, FND_ARTIFACT_MISSING, FND_BAD_DATA for a database or manifests that cannot be read, FND_TOOL_MISSING,
   * FND_TOOL_FAILED, FND_TOOL_OUTPUT for a scanner that gives no report.
   */
  readonly runGate: (order: GateOrder) => Promise<JudgedGate>;
}

/** The activity with what it works on. */
export function createGateActivities(dependencies: GateDependencies): GateActivities {
  return { runGate: (order) => runGate(dependencies, order) };
}

async function runGate(dependencies: GateDependencies, order: GateOrder): Promise<JudgedGate> {
  const { store, results, report } = dependencies;
  requireOrderedImage(order);
  const inputs = await gatherInputs(dependencies, order);
  const { result: findings, isReused } = await reuseOr(
    { store, results, isRebuild: false },
    keyOf(dependencies, order, inputs),
    SoundFindings,
    () => lookAtImage(dependencies, order, inputs),
  );
  report(`${order.gate} of ${order.variant}: ${isReused ? 'equal inputs were judged before' : 'judged'}`);
  const checks = trusted([...ageChecks(order, inputs), ...findings.checks]);
  const result = await store.put(
    Buffer.from(
      JSON.stringify(
        GateResult.parse({
          schemaVersion: 1,
          gate: order.gate,
          variant: order.variant,
          platform: order.platform,
          image: order.place.digest,
          checks,
          waived: findings.waived,
          scanner: { name: 'trivy', version: findings.scannerVersion, sha256: inputs.scanner },
          databases: databasesOf(inputs),
          findings: findings.findings,
          startedAt: findings.startedAt,
          finishedAt: findings.finishedAt,
          raw: findings.raw,
        } satisfies GateResult),
      ),
    ),
    'application/json',
  );
  return { outcome: { ...summarise(checks), evidence: result }, result };
}

async function lookAtImage(
  dependencies: GateDependencies,
  order: GateOrder,
  inputs: GateInputs,
): Promise<GateFindings> {
  const { store, tools, report, signal, now = () => new Date() } = dependencies;
  const startedAt = now().toISOString();
  const trivy = { file: tools.path('trivy'), sha256: inputs.scanner, signal };
  const reports: (() => Promise<void>)[] = [];
  const whenItRanWell: Reports['whenItRanWell'] = (keep) => void reports.push(keep);
  const opinion = await withImageInQuarantine(dependencies, order, async (image) => {
    report(`${order.gate} of ${order.variant}: Trivy looks`);
    return await judge({ ...dependencies, whenItRanWell }, trivy, { order, inputs, image });
  });
  if (ranWell(opinion)) for (const keep of reports) await keep();
  const raw: Artifact[] = [];
  for (const bytes of opinion.raw) raw.push(await store.put(bytes, 'application/json'));
  return {
    checks: [...opinion.checks],
    waived: [...opinion.waived],
    findings: [...opinion.findings],
    scannerVersion: opinion.scannerVersion,
    startedAt,
    finishedAt: now().toISOString(),
    raw,
  };
}

function requireOrderedImage({ place, image }: GateOrder): void {
  if (place.digest === ociDigest(image.index.digest)) return;
  throw new FoundryError(
    'FND_DIGEST_MISMATCH',
    `${place.repository}@${place.digest} is not the image that was built, ${image.index.digest}`,
  );
}

/** The gates of an image are at work at the same time, and each would read all of it. */
const shareImage = createSharing<OciImage>();

async function withImageInQuarantine<T>(
  { openRegistry }: GateDependencies,
  { place: { registry, repository, digest }, platform }: GateOrder,
  use: (image: OciImage) => Promise<T>,
): Promise<T> {
  const parsed = parseOciDigest(digest, 'the image in quarantine');
  const pull = (): Promise<OciImage> => pullImage(openRegistry(registry), repository, parsed, platform);
  return await shareImage(`${registry}/${repository}@${digest} ${platform}`, pull, use);
}

async function judge(
  { store, results, profile, whenItRanWell }: GateDependencies & Reports,
  trivy: Trivy,
  { order, inputs, image }: { order: GateOrder; inputs: GateInputs; image: OciImage },
): Promise<GateOpinion> {
  const { plan, database, advisories, waivers, statements, scanner, rules } = inputs;
  const once = (given: object, scan: () => Promise<Uint8Array>): Promise<Uint8Array> =>
    scanOnce({ store, results, whenItRanWell }, { format: 1, scanner, rules, ...given }, scan);
  if (database === undefined || advisories === undefined) {
    const manifests = new Map<string, string>();
    for (const [path, file] of Object.entries(inputs.manifests))
      manifests.set(path, await readText(store, file));
    const name = `${profile.images.registry}/${profile.images.published}@${order.place.digest}`;
    const benchmark = order.gate === 'nsa-cisa' ? NSA_CISA : PSS_RESTRICTED;
    return await judgeByManifests(trivy, benchmark, { image, name, manifests, waivers, once });
  }
  const known = {
    image,
    platform: order.platform,
    database: database.folder,
    advisories: advisories.advisories,
    once: (given: object, scan: () => Promise<Uint8Array>) =>
      once({ ...given, database: database.sha256 }, scan),
  };
  if (order.gate === 'cis-docker')
    return await judgeByDockerBenchmark(trivy, { ...known, statements, waivers });
  return await judgeVulnerabilities(trivy, {
    ...known,
    packages:
      order.sbom === null ? await packagesOfImage(image) : packagesOfSbom(await readBytes(store, order.sbom)),
    core: plan.versions.core.version,
    advisoriesProblem: advisories.problem,
    policy: { severity: plan.versions.policy.vulnerabilities.severity, statements },
  });
}

/** Judged anew each time, also for findings of equal inputs: a database gets old by itself. */
function ageChecks({ gate }: GateOrder, { database, plan, now }: GateInputs): Check[] {
  if (database === undefined) return [];
  const { age } = plan.versions.policy.vulnerabilities;
  const prefix = gate === 'cis-docker' ? 'CIS' : 'VULN';
  return [databaseAgeCheck(prefix, { updatedAt: database.updatedAt, age }, now)];
}

/**
 * A gate of which a part was not evaluated has not judged: what it says against an image may be as wrong as what it does not say. So
 * nothing fails then, and what would have failed is told.
 */
function trusted(checks: readonly Check[]): Check[] {
  if (ranWell({ checks })) return [...checks];
  return checks.map((check) =>
    check.verdict === 'fail'
      ? {
          ...check,
          verdict: 'not-run',
          detail: `Not judged, because the gate did not run well. It said: ${check.detail}`,
        }
      : check,
  );
}
