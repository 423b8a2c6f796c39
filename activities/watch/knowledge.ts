import { withTemporaryDirectory } from '../../adapters/files/write-atomic.ts';
import { cloneBranch, type Remote } from '../../adapters/git/checkout.ts';
import type { ResultIndex } from '../../adapters/results/result-index.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import type { ScannerDatabase } from '../../adapters/trivy/database.ts';
import type { Trivy } from '../../adapters/trivy/scan.ts';
import type { Sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { VERSIONS_FILE } from '../../domain/pins/pin-files.ts';
import { readVersions } from '../../domain/pins/read-versions.ts';
import type { Versions } from '../../domain/pins/versions.ts';
import type { WatchProblem } from '../../domain/watch/record.ts';
import { sourcesDigest } from '../artifacts/sources-digest.ts';
import { databaseAgeCheck } from '../gates/database-age.ts';
import { type FetchedAdvisories, fetchAdvisories } from '../gates/fetch-advisories.ts';
import { fetchScannerDatabase, type GateDependencies } from '../gates/gate-inputs.ts';

/** What knowledge is gathered with. */
export interface KnowledgeSources extends Pick<
  GateDependencies,
  'store' | 'results' | 'tools' | 'toolDigest' | 'openRegistry' | 'download' | 'profile' | 'cache' | 'signal'
> {
  /** The forge whose branch has the policy and the statements that count. */
  readonly forge: Remote;
}

/** What every image of one look is judged by. */
export interface Knowledge {
  readonly store: ArtifactStore;
  readonly results: ResultIndex;
  readonly trivy: Trivy;
  readonly database: ScannerDatabase;
  readonly advisories: FetchedAdvisories;
  /** The newest commit of the branch, and what its `versions.hcl` says. */
  readonly commit: string;
  readonly versions: Versions;
  /** Of our own part of the gates. */
  readonly rules: Sha256;
  /** When the look is made. */
  readonly now: Date;
}

/** Fetches all of it as it is now. Throws what that throws. */
export async function gatherKnowledge(sources: KnowledgeSources, now: Date): Promise<Knowledge> {
  const { store, results, tools, toolDigest, download, profile, forge, signal } = sources;
  return {
    store,
    results,
    trivy: { file: tools.path('trivy'), sha256: await toolDigest('trivy'), signal },
    database: await fetchScannerDatabase(sources),
    advisories: await fetchAdvisories(profile.scanners.opensslAdvisories, download, signal),
    ...(await headOf(forge)),
    rules: await sourcesDigest('activities/gates', 'adapters/trivy', 'adapters/openssl-advisories'),
    now,
  };
}

/** Why nothing can be said with what is known, by the rules of the gate `vulnerabilities`; undefined when it can. */
export function reasonNotToJudge({
  database,
  advisories,
  versions,
  now,
}: Knowledge): Omit<WatchProblem, 'digest'> | undefined {
  const { age } = versions.policy.vulnerabilities;
  const { id, title, verdict, detail } = databaseAgeCheck(
    'VULN',
    { updatedAt: database.updatedAt, age },
    now,
  );
  if (verdict !== 'pass') return { what: 'the look', code: id, message: `${title}: ${detail}` };
  return advisories.problem === undefined
    ? undefined
    : { what: 'the look', code: 'VULN-ADVISORIES', message: advisories.problem };
}

async function headOf(forge: Remote): Promise<Pick<Knowledge, 'commit' | 'versions'>> {
  return await withTemporaryDirectory(async (folder) => {
    const checkout = await cloneBranch(forge, folder);
    const text = await checkout.read(VERSIONS_FILE);
    if (text === undefined)
      throw new FoundryError('FND_BAD_INPUT', `${forge.url} has no ${VERSIONS_FILE} on ${forge.branch}`);
    return { commit: await checkout.head(), versions: readVersions(text, VERSIONS_FILE) };
  });
}
