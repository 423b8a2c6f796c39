import { KICS_KINDS, KICS_SEVERITIES, type KicsKind, type KicsSeverity } from '../../adapters/kics/kinds.ts';
import type { KicsFinding, KicsReport } from '../../adapters/kics/parse-report.ts';
import type { KicsOutcome } from '../../adapters/kics/scan.ts';
import { isOver } from '../../domain/pins/policy.ts';
import type { Versions } from '../../domain/pins/versions.ts';
import type { Check } from '../../domain/release/check.ts';
import { fileKind, isKicsKind } from './file-kinds.ts';
import { KICS_CANARIES } from './kics-canaries.ts';

/** The severities that `policy.audit.severity` can have. */
export type AuditSeverity = Versions['policy']['audit']['severity'];

/** The audit waivers of `versions.hcl`, by the id of the check they are for. */
export type AuditWaivers = NonNullable<Versions['waiver']['audit']>;

/** What findings are judged by. */
export interface AuditPolicy {
  readonly severity: AuditSeverity;
  readonly waivers: AuditWaivers;
  readonly now: Date;
}

const TREE = 'tree/';
const CANARY = 'canary/';

/** What KICS scans: the tree, and beside it a canary of each kind that the tree holds. */
export function filesForKics<T>(tree: ReadonlyMap<string, T>): {
  files: ReadonlyMap<string, T | string>;
  kinds: readonly KicsKind[];
} {
  const kinds = (Object.keys(KICS_KINDS) as KicsKind[]).filter(
    (kind) => pathsOf(tree.keys(), kind).length > 0,
  );
  const ours = [...tree].filter(([path]) => isKicsKind(fileKind(path)));
  return {
    kinds,
    files: new Map<string, T | string>([
      ...ours.map(([path, content]) => [TREE + path, content] as const),
      ...kinds.map((kind) => [CANARY + KICS_CANARIES[kind].path, KICS_CANARIES[kind].text] as const),
    ]),
  };
}

/**
 * The checks of one run of KICS over {@link filesForKics}: that it ran over everything, that it found each canary, and one for each
 * finding of the policy's severity and above. `paths` are all files of the tree.
 */
export function kicsChecks(
  paths: readonly string[],
  { report, expectedQueries }: KicsOutcome,
  policy: AuditPolicy,
): Check[] {
  const findings = report.findings
    .filter(({ file }) => file.startsWith(TREE))
    .map((finding) => ({ ...finding, file: finding.file.slice(TREE.length) }));
  return [
    runCheck(paths, report, expectedQueries, findings, policy.severity),
    ...[...expectedQueries.keys()].map((kind) => canaryCheck(kind, report.findings)),
    ...findingChecks(findings, policy),
  ];
}

/** What stands for the whole of KICS when there was nothing for it to look at: then nothing was audited. */
export function nothingForKics(): Check {
  return { ...RUN, verdict: 'not-run', detail: 'the commit holds no file that KICS reads' };
}

const RUN = { id: 'KICS-RUN', title: 'KICS read every file and ran every query' } as const;

function runCheck(
  paths: readonly string[],
  report: KicsReport,
  expectedQueries: KicsOutcome['expectedQueries'],
  findings: readonly KicsFinding[],
  severity: AuditSeverity,
): Check {
  const kinds = [...expectedQueries];
  const expected = [
    ...paths.filter((path) => isKicsKind(fileKind(path))).map((path) => TREE + path),
    ...kinds.map(([kind]) => CANARY + KICS_CANARIES[kind].path),
  ];
  const read = new Set(report.files);
  const unread = expected.filter((path) => !read.has(path)).map((path) => path.replace(TREE, ''));
  const sum = kinds.reduce((all, [, count]) => all + count, 0);
  const { loaded, failed } = report.queries;
  const reasons = [
    unread.length > 0 && `it did not read ${unread.join(', ')}`,
    report.filesFailed > 0 && `it failed over ${report.filesFailed} files`,
    ...kinds.map(([kind, count]) => count === 0 && `it has no queries for ${kind}`),
    loaded !== sum && `it ran ${loaded} queries and has ${sum}`,
    failed > 0 && `${failed} queries failed`,
  ].filter((reason) => reason !== false);
  if (reasons.length > 0) return { ...RUN, verdict: 'not-run', detail: reasons.join('; ') };
  const queries = kinds.map(([kind, count]) => `${kind} ${count}`).join(', ');
  const below = findings.filter((finding) => !isAtLeast(finding.severity, severity)).length;
  const detail = `KICS ${report.version} read ${expected.length} files and ran ${loaded} queries (${queries}); ${below} findings below ${severity}`;
  return { ...RUN, verdict: 'pass', detail };
}

function canaryCheck(kind: KicsKind, findings: readonly KicsFinding[]): Check {
  const { path, queryId, mistake } = KICS_CANARIES[kind];
  const found = findings.find((one) => one.file === CANARY + path && one.queryId === queryId);
  return {
    id: `KICS-CANARY-${kind}`,
    title: `KICS finds a known mistake in a file of the kind ${kind}`,
    verdict: found === undefined ? 'not-run' : 'pass',
    detail:
      found === undefined
        ? `${mistake} was not found, so nothing follows from finding nothing`
        : `${mistake}: ${found.name}`,
  };
}

function findingChecks(findings: readonly KicsFinding[], policy: AuditPolicy): Check[] {
  const serious = findings.filter(({ severity }) => isAtLeast(severity, policy.severity));
  const byId = Map.groupBy(
    serious,
    ({ queryId, similarityId }) => `KICS-${queryId}.${similarityId.slice(0, 16)}`,
  );
  return [...byId]
    .map(([id, same]) => findingCheck(id, same, policy))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function findingCheck(id: string, same: readonly KicsFinding[], policy: AuditPolicy): Check {
  const [first] = same;
  if (first === undefined) throw new Error('a group of findings is never empty');
  const places = same.map(({ file, line }) => `${file}:${line}`).join(', ');
  const found = `${places}: ${first.severity}, ${first.actual}; expected: ${first.expected}`;
  const judged = judge(policy.waivers[id], policy.now);
  return {
    id,
    title: first.name,
    verdict: judged.isWaived ? 'pass' : 'fail',
    detail: `${found}. ${judged.reason}`,
  };
}

function judge(waiver: AuditWaivers[string] | undefined, now: Date): { isWaived: boolean; reason: string } {
  if (waiver === undefined) return { isWaived: false, reason: 'There is no waiver for it.' };
  const { owner, reason, expires, variants } = waiver;
  const words = `by ${owner} until ${expires}: ${reason}`;
  if (isOver(expires, now)) return { isWaived: false, reason: `Its waiver has expired: ${words}` };
  // What is audited is the same for all variants, so a waiver for some of them cannot be honoured for those alone.
  if (variants !== undefined) {
    return {
      isWaived: false,
      reason: `Its waiver is for ${variants.join(', ')} alone and must be for all: ${words}`,
    };
  }
  return { isWaived: true, reason: `Waived ${words}` };
}

function isAtLeast(severity: KicsSeverity, least: AuditSeverity): boolean {
  return KICS_SEVERITIES.indexOf(severity) >= KICS_SEVERITIES.indexOf(least);
}

function pathsOf(paths: Iterable<string>, kind: KicsKind): string[] {
  return [...paths].filter((path) => fileKind(path) === kind);
}
