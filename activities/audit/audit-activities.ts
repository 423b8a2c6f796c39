import { Buffer } from 'node:buffer';
import { withTemporaryDirectory } from '../../adapters/files/write-atomic.ts';
import { scanWithKics } from '../../adapters/kics/scan.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { readBytes } from '../../adapters/store/read-bytes.ts';
import { storeOutcome } from '../../adapters/store/store-outcome.ts';
import type { Artifact } from '../../domain/artifact.ts';
import type { Check, StageOutcome } from '../../domain/release/check.ts';
import type { Report } from '../../domain/report.ts';
import { blueprintPolicy } from './blueprint-policy.ts';
import {
  type AuditPolicy,
  type AuditSeverity,
  type AuditWaivers,
  filesForKics,
  kicsChecks,
  nothingForKics,
} from './kics-checks.ts';

/** What the audit needs from whoever runs it. */
export interface AuditDependencies {
  readonly store: ArtifactStore;
  readonly tools: { folder(name: 'kics'): string };
  readonly report: Report;
  readonly signal?: AbortSignal;
  /** What day it is for waivers. Default: the clock of this machine. */
  readonly now?: () => Date;
}

/** What is audited, and by what policy. */
export interface AuditOrder {
  /** The files of the released commit that decide what is built and run, by path. */
  readonly infrastructure: Readonly<Record<string, Artifact>>;
  /** Findings of KICS of this severity and above stop the release. */
  readonly severity: AuditSeverity;
  readonly waivers: AuditWaivers;
}

/** Stage 0. It may be repeated at any time; only the day can change what it says of the same order. */
export interface AuditActivities {
  /**
   * Judges the infrastructure of a commit before anything is fetched. Throws FND_TOOL_MISSING, FND_TOOL_FAILED, FND_TOOL_OUTPUT
   * when KICS gives no judgement, FND_ARTIFACT_MISSING, FND_DIGEST_MISMATCH, FND_BAD_INPUT for a path that is none.
   */
  readonly audit: (order: AuditOrder) => Promise<StageOutcome>;
}

/** The activity of stage 0 with what it works on. */
export function createAuditActivities(dependencies: AuditDependencies): AuditActivities {
  return { audit: (order) => audit(dependencies, order) };
}

async function audit(dependencies: AuditDependencies, order: AuditOrder): Promise<StageOutcome> {
  const { store, report, now = () => new Date() } = dependencies;
  const tree = await readTree(store, order.infrastructure);
  const texts = new Map([...tree].map(([path, bytes]) => [path, bytes.toString('utf8')]));
  const rules = blueprintPolicy(texts);
  report(`the policy of blueprints was applied to ${tree.size} files`);
  const policy = { severity: order.severity, waivers: order.waivers, now: now() };
  return await storeOutcome(store, [...rules, ...(await runKics(dependencies, tree, policy))]);
}

async function runKics(
  { tools, report, signal }: AuditDependencies,
  tree: ReadonlyMap<string, Buffer>,
  policy: AuditPolicy,
): Promise<Check[]> {
  const { files, kinds } = filesForKics(tree);
  if (kinds.length === 0) return [nothingForKics()];
  report(`KICS reads ${files.size} files`);
  const tool = tools.folder('kics');
  const outcome = await withTemporaryDirectory((scratch) =>
    scanWithKics({ tool, scratch, files, kinds, signal }),
  );
  return kicsChecks([...tree.keys()], outcome, policy);
}

async function readTree(
  store: ArtifactStore,
  files: AuditOrder['infrastructure'],
): Promise<ReadonlyMap<string, Buffer>> {
  const read = Object.entries(files).map(
    async ([path, artifact]) => [path, Buffer.from(await readBytes(store, artifact))] as const,
  );
  return new Map(await Promise.all(read));
}
