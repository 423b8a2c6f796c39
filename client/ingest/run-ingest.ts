import { join } from 'node:path';
import { ingestNewsDependencies } from '../../activities/ingest/ingest-dependencies.ts';
import {
  type IngestNewsDependencies,
  planNews,
  pollForNews,
  publishNews,
  rememberCursors,
  tellOfPins,
} from '../../activities/ingest/ingest-news.ts';
import { keepAlarms } from '../../activities/ingest/publish/raise-alarms.ts';
import { cursorsPath } from '../../adapters/cursors/cursors.ts';
import { withTemporaryDirectory } from '../../adapters/files/write-atomic.ts';
import { newestCommit } from '../../adapters/git/checkout.ts';
import { readProfile } from '../../adapters/profile/profile.ts';
import { loginOf } from '../../adapters/profile/registries-of.ts';
import { openStore, type StorePlace } from '../../adapters/store/open-store.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { IngestPlan } from '../../domain/ingest/plan.ts';
import type { Proposal } from '../../domain/ingest/proposal.ts';
import type { Report } from '../../domain/report.ts';

/** One run of `foundry ingest`. */
export interface IngestCall {
  /** The path of the profile. */
  readonly profile: string;
  readonly stateFolder: string;
  /** Where artifacts are. Default: the state folder. */
  readonly storePlace?: StorePlace;
  readonly isDryRun: boolean;
  /** Lets closures grow as they will. */
  readonly isGrowthAccepted?: boolean;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** What a run of `foundry ingest` did. */
export interface IngestOutcome {
  readonly isChanged: boolean;
  readonly isDryRun: boolean;
  /** The commit that holds these pins; with news in a dry run, the one they would follow. */
  readonly commit: string;
  /** The address of the pull request, where policy wants one. */
  readonly pullRequest: string | null;
  readonly plan: IngestPlan;
}

/**
 * Reads the pins from the forge, resolves and verifies them anew, decides by policy, and commits or proposes what changes, as the schedule
 * does every hour, but at once and whether or not an upstream has news. Nothing is written when no pin changes, on a dry run, or when
 * anything is refused. Throws what the activities of ingest throw; FND_BAD_INPUT without a profile or pins; FND_UNREACHABLE, FND_BUSY
 * for the forge.
 */
export async function runIngest(call: IngestCall): Promise<IngestOutcome> {
  const dependencies = await dependenciesOf(call);
  const { isDryRun, isGrowthAccepted = false } = call;
  if (isDryRun) {
    const commit = await withTemporaryDirectory((folder) => newestCommit(dependencies.forge, folder));
    const { plan, proposal } = await planNews(dependencies, commit, { isDryRun, isGrowthAccepted });
    return { isChanged: proposal !== null, isDryRun, commit, pullRequest: null, plan };
  }
  const { cursors } = await pollForNews(dependencies);
  const { plan, proposal } = await planNews(dependencies, cursors.commit, { isDryRun, isGrowthAccepted });
  const published =
    proposal === null
      ? { commit: cursors.commit, pullRequest: null }
      : await publish(dependencies, proposal, call.report);
  if (plan.alarms.length > 0) call.report(await keepAlarms(dependencies.github, plan.alarms));
  await rememberCursors(dependencies.cursors, cursors);
  return { isChanged: proposal !== null, isDryRun, ...published, plan };
}

async function dependenciesOf({
  profile: path,
  stateFolder,
  storePlace = { kind: 'directory' },
  report,
  signal,
}: IngestCall): Promise<IngestNewsDependencies> {
  const profile = await readProfile(path);
  return await ingestNewsDependencies({
    store: openStore(storePlace, stateFolder, loginOf(profile)),
    memory: join(stateFolder, 'fips-sources'),
    cursors: cursorsPath(stateFolder),
    profile,
    report,
    signal,
  });
}

async function publish(
  dependencies: IngestNewsDependencies,
  proposal: Proposal,
  report: Report,
): Promise<Pick<IngestOutcome, 'commit' | 'pullRequest'>> {
  const { commit, pullRequest } = await publishNews(dependencies, proposal);
  if (commit === null) {
    throw new FoundryError('FND_BUSY', 'other pins were committed while these were resolved', {
      hint: 'Run the same command again: it goes on from those.',
    });
  }
  if (pullRequest === null) report(await tellOfPins(dependencies, proposal, commit));
  return { commit, pullRequest };
}
