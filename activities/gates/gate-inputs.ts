import { join } from 'node:path';
import type { DownloadOrder } from '../../adapters/download/download.ts';
import type { Profile } from '../../adapters/profile/profile.ts';
import type { Registry } from '../../adapters/registry/registry.ts';
import type { ResultIndex } from '../../adapters/results/result-index.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { fetchDatabase, type ScannerDatabase } from '../../adapters/trivy/database.ts';
import type { Artifact } from '../../domain/artifact.ts';
import type { Sha256 } from '../../domain/digest.ts';
import type { Gate } from '../../domain/evidence/gate.ts';
import type { GateResult } from '../../domain/evidence/gate-result.ts';
import {
  type FoundStatement,
  type FoundWaiver,
  statementsFor,
  waiversFor,
} from '../../domain/pins/policy.ts';
import type { Report } from '../../domain/report.ts';
import type { ImageInQuarantine } from '../artifacts/image-in-quarantine.ts';
import { sourcesDigest } from '../artifacts/sources-digest.ts';
import { splitImageName } from '../ingest/image-files.ts';
import { type ReadPlan, readPlan } from '../plan/read-plan.ts';
import { type FetchedAdvisories, fetchAdvisories } from './fetch-advisories.ts';
import { isManifestFor } from './manifests.ts';

/** What the gates need from whoever runs them. */
export interface GateDependencies {
  readonly store: ArtifactStore;
  readonly results: ResultIndex;
  readonly tools: { path(name: 'trivy'): string };
  readonly toolDigest: (name: 'trivy') => Promise<Sha256>;
  readonly openRegistry: (host: string) => Registry;
  readonly download: (order: DownloadOrder) => Promise<void>;
  readonly profile: Pick<Profile, 'images' | 'scanners'>;
  /** A folder that may be deleted at any time: unpacked databases are kept in it. */
  readonly cache: string;
  readonly report: Report;
  readonly signal?: AbortSignal;
  /** What time it is for ages and expiries. Default: the clock of this machine. */
  readonly now?: () => Date;
}

/** One gate for one image. */
export interface GateOrder extends ImageInQuarantine {
  readonly gate: Gate;
  /** The image's SBOM, to tell whether the scanner saw all packages; without one, the image's own database does. */
  readonly sbom: Artifact | null;
}

/** What a gate goes by besides the image. */
export interface GateInputs {
  readonly plan: ReadPlan;
  readonly manifests: Readonly<Record<string, Artifact>>;
  readonly database: ScannerDatabase | undefined;
  readonly advisories: FetchedAdvisories | undefined;
  readonly waivers: readonly FoundWaiver[];
  /** What is stated about vulnerabilities; empty for gates that look for none. */
  readonly statements: readonly FoundStatement[];
  readonly scanner: Sha256;
  /** Of our own part of the gates. */
  readonly rules: Sha256;
  readonly now: Date;
}

/** Reads the plan, and fetches what the gate goes by as it is now. Throws what these throw. */
export async function gatherInputs(dependencies: GateDependencies, order: GateOrder): Promise<GateInputs> {
  const { store, profile, download, signal, toolDigest, now = () => new Date() } = dependencies;
  const plan = await readPlan(store, order.plan);
  const asksDatabase = order.gate === 'vulnerabilities' || order.gate === 'cis-docker';
  const at = now();
  return {
    plan,
    manifests: asksDatabase
      ? {}
      : Object.fromEntries(
          Object.entries(plan.plan.files).filter(([path]) => isManifestFor(order.variant, path)),
        ),
    database: asksDatabase ? await fetchScannerDatabase(dependencies) : undefined,
    advisories: asksDatabase
      ? await fetchAdvisories(profile.scanners.opensslAdvisories, download, signal)
      : undefined,
    waivers: waiversFor(plan.versions, order.gate, order.variant, at),
    statements: asksDatabase ? statementsFor(plan.versions, order.variant, at) : [],
    scanner: await toolDigest('trivy'),
    rules: await sourcesDigest('activities/gates', 'adapters/trivy', 'adapters/openssl-advisories'),
    now: at,
  };
}

/** The scanner's database as it is now. Throws what {@link fetchDatabase} throws. */
export async function fetchScannerDatabase({
  profile,
  openRegistry,
  cache,
}: Pick<GateDependencies, 'profile' | 'openRegistry' | 'cache'>): Promise<ScannerDatabase> {
  const { host, repository, tag } = splitImageName(profile.scanners.database);
  return await fetchDatabase({
    registry: openRegistry(host),
    repository,
    tag,
    cache: join(cache, 'scanner-database'),
  });
}

/** Everything that the findings depend on. The day is not among them: what a day changes are waivers and statements, and these are. */
export function keyOf(
  { profile }: GateDependencies,
  { gate, variant, platform, place, sbom }: GateOrder,
  { plan, manifests, database, advisories, waivers, statements, scanner, rules }: GateInputs,
): object {
  const { images } = profile;
  return {
    format: 1,
    gate,
    variant,
    platform,
    image: place.digest,
    name: `${images.registry}/${images.published}`,
    sbom: sbom?.digest ?? null,
    core: plan.versions.core.version,
    manifests,
    database: database?.sha256 ?? null,
    advisories: advisories?.sha256 ?? null,
    policy: plan.versions.policy.vulnerabilities.severity,
    waivers: waivers.map((waiver) => ({ ...waiver })),
    statements: statements.map((statement) => ({ ...statement })),
    scanner,
    rules,
  };
}

/** The databases that were asked, as a result of a gate names them. The advisories carry no time of their own: they are as new as the newest they tell of. */
export function databasesOf({
  database,
  advisories,
}: Pick<GateInputs, 'database' | 'advisories'>): GateResult['databases'] {
  const entries: GateResult['databases'] = [];
  if (database !== undefined) {
    const { uri, sha256, updatedAt } = database;
    entries.push({ uri, sha256, updatedAt: updatedAt.toISOString() });
  }
  if (advisories !== undefined) {
    const { uri, sha256 } = advisories;
    const newest = Math.max(0, ...advisories.advisories.map(({ published }) => published.getTime()));
    entries.push({ uri, sha256, updatedAt: new Date(newest).toISOString() });
  }
  return entries;
}
