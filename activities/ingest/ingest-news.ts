import type { CursorMemory, Remembered } from '../../adapters/cursors/cursors.ts';
import { Cursors } from '../../adapters/cursors/cursors.ts';
import { withTemporaryDirectory } from '../../adapters/files/write-atomic.ts';
import { newestCommit, type Remote } from '../../adapters/git/checkout.ts';
import type { Github } from '../../adapters/github/open-github.ts';
import { readText } from '../../adapters/store/read-bytes.ts';
import type { Artifact } from '../../domain/artifact.ts';
import type { Alarm, IngestPlan } from '../../domain/ingest/plan.ts';
import { Proposal } from '../../domain/ingest/proposal.ts';
import { readLock } from '../../domain/pins/lock.ts';
import { requirePins } from '../../domain/pins/open-pins.ts';
import { LOCK_FILE, VERSIONS_FILE } from '../../domain/pins/pin-files.ts';
import { readVersions } from '../../domain/pins/read-versions.ts';
import { submitSnapshot } from '../evidence/dependency-graph/submit-snapshot.ts';
import { snapshotOf } from '../evidence/dependency-graph/snapshot.ts';
import { createIngestActivities } from './ingest-activities.ts';
import type { IngestDependencies } from './ingest-context.ts';
import { makePlan, type MadePlan, pinsOfCommit } from './news/make-plan.ts';
import { type PublishedPins, publishProposal } from './publish/publish-proposal.ts';
import { pinManifests } from './publish/pins-snapshot.ts';
import { keepAlarms } from './publish/raise-alarms.ts';
import { upstreamsOf } from './upstreams/all-upstreams.ts';
import { pollAll, type PollResult } from './upstreams/poll-upstreams.ts';

/** What keeping pins new needs from whoever runs it. */
export interface IngestNewsDependencies extends IngestDependencies {
  readonly forge: Remote;
  readonly github: Github;
  readonly cursors: CursorMemory;
  /** The hosts that files of the upstreams may be redirected to. */
  readonly redirectHosts: readonly string[];
}

/**
 * How the foundry keeps its pins new. Each may be repeated at any time. None writes a pin or a cursor when anything was refused: it throws
 * then, as `resolvePins` of stage 1 does.
 */
export interface IngestNewsActivities {
  /**
   * Asks every upstream once whether it has changed since what is remembered. Throws FND_UNREACHABLE, and FND_BAD_DATA for an answer that
   * is none.
   */
  readonly pollUpstreams: (order: PollOrder) => Promise<PolledUpstreams>;
  /**
   * Resolves and verifies everything anew, and decides by the policy of the commit what of it is pinned. All bytes enter the store. Throws
   * what `resolvePins` throws; FND_ROLLED_BACK for a package index that is older than one that was seen before.
   */
  readonly planIngest: (order: PlanIngestOrder) => Promise<PlannedIngest>;
  /**
   * Commits the proposal to the branch, or proposes it as a pull request, as its policy says; never by force. A branch that holds these
   * pins already is left alone. Throws FND_BUSY, FND_UNREACHABLE, FND_PERMISSION.
   */
  readonly publishPins: (order: PublishPinsOrder) => Promise<PublishedPins>;
  /** Tells the forge's dependency graph what the new pins are. Throws what its API throws; FND_BAD_DATA for an answer but accepted. */
  readonly tellForgeOfPins: (order: TellForgeOrder) => Promise<Told>;
  /** Opens an issue for each alarm that has none yet. Throws what the forge's API throws. */
  readonly raiseAlarms: (order: { readonly alarms: readonly Alarm[] }) => Promise<Told>;
  /** Makes what was polled the state from which the next poll asks. */
  readonly rememberUpstreams: (order: { readonly cursors: Artifact }) => Promise<void>;
}

interface PollOrder {
  /** Calls everything news: it is planned, whatever the upstreams say. */
  readonly isForced: boolean;
}

/** What the upstreams said. */
export interface PolledUpstreams {
  /** The head of the branch that holds the pins. */
  readonly commit: string;
  /** The names of what has changed; empty when a run has nothing to do. */
  readonly news: string[];
  /** JSON in the store: what to remember when the run went well. */
  readonly cursors: Artifact;
}

interface PlanIngestOrder {
  /** The commit whose pins are gone on from. */
  readonly commit: string;
}

/** What follows from the news. */
export interface PlannedIngest {
  readonly plan: IngestPlan;
  /** JSON in the store: what to publish. Null when no pin changes. */
  readonly proposal: Artifact | null;
}

interface PublishPinsOrder {
  readonly proposal: Artifact;
}

interface TellForgeOrder {
  readonly proposal: Artifact;
  readonly commit: string;
}

/** What came of it, on one line. */
interface Told {
  readonly said: string;
}

/** The activities with what they work on. */
export function createIngestNews(dependencies: IngestNewsDependencies): IngestNewsActivities {
  const { store, github, cursors } = dependencies;
  const keep = async (value: unknown): Promise<Artifact> =>
    store.put(Buffer.from(JSON.stringify(value)), 'application/json');
  const proposalOf = async (artifact: Artifact): Promise<Proposal> =>
    Proposal.parse(JSON.parse(await readText(store, artifact)));
  return {
    async pollUpstreams({ isForced }) {
      const polled = await pollForNews(dependencies);
      const { news, isMoved } = polled;
      // Nothing else will follow from a head of our own making.
      if (!isForced && news.length === 0 && isMoved) await rememberCursors(cursors, polled.cursors);
      return { commit: polled.cursors.commit, news, cursors: await keep(polled.cursors) };
    },
    async planIngest({ commit }) {
      const { plan, proposal } = await planNews(dependencies, commit, { isDryRun: false });
      return { plan, proposal: proposal === null ? null : await keep(proposal) };
    },
    async publishPins({ proposal }) {
      return await publishNews(dependencies, await proposalOf(proposal));
    },
    async tellForgeOfPins({ proposal, commit }) {
      return { said: await tellOfPins(dependencies, await proposalOf(proposal), commit) };
    },
    raiseAlarms: async ({ alarms }) => ({ said: await keepAlarms(github, alarms) }),
    async rememberUpstreams(order) {
      await rememberCursors(cursors, Cursors.parse(JSON.parse(await readText(store, order.cursors))));
    },
  };
}

/** Asks every upstream once. Throws what `pollAll` throws, and what the forge does. */
export async function pollForNews(dependencies: IngestNewsDependencies): Promise<PollResult> {
  const { forge, cursors, redirectHosts, upstream, signal } = dependencies;
  const commit = await withTemporaryDirectory((folder) => newestCommit(forge, folder));
  const upstreamsAt = async (at: string): Promise<ReturnType<typeof upstreamsOf>> =>
    upstreamsOf(readVersions((await pinsOfCommit(forge, at)).versions, VERSIONS_FILE), upstream);
  const polling = {
    commit,
    upstreamsAt,
    redirectHosts,
    openRegistry: (host: string) => dependencies.openRegistry(host),
    now: dependencies.now(),
    ...(signal === undefined ? {} : { signal }),
  };
  return await pollAll(polling, await cursors.read());
}

/** How to plan. */
export interface PlanningOptions {
  readonly isDryRun: boolean;
  readonly isGrowthAccepted?: boolean;
}

/** Plans from the pins of a commit, and remembers what it saw of the indexes, unless it is a dry run. Throws as `planIngest` does. */
export async function planNews(
  dependencies: IngestNewsDependencies,
  commit: string,
  { isDryRun, isGrowthAccepted = false }: PlanningOptions,
): Promise<MadePlan> {
  const { forge, cursors } = dependencies;
  const pins = await pinsOfCommit(forge, commit);
  const { newest: seen } = await cursors.read();
  const { resolvePins } = createIngestActivities(dependencies);
  const resolved = await resolvePins({ ...pins, isDryRun, isGrowthAccepted, seen });
  if (!isDryRun) {
    const { builds, lookAgain } = resolved;
    await cursors.change((before) => ({
      ...before,
      newest: { ...before.newest, ...builds },
      lookAgain: lookAgain?.toISOString() ?? null,
    }));
  }
  return makePlan({ commit, pins, now: dependencies.now() }, resolved);
}

/** Publishes a proposal, and remembers a commit on the branch as our own: it is no news. Throws as `publishPins` does. */
export async function publishNews(
  dependencies: IngestNewsDependencies,
  proposal: Proposal,
): Promise<PublishedPins> {
  const published = await publishProposal(dependencies, proposal);
  const { commit, pullRequest } = published;
  if (commit !== null && pullRequest === null) {
    const own: Remembered['own'] = { on: proposal.commit, commit };
    await dependencies.cursors.change((before) => ({ ...before, own }));
  }
  return published;
}

/** Tells the forge's dependency graph of the pins of a commit, and says what came of it. Throws as `tellForgeOfPins` does. */
export async function tellOfPins(
  dependencies: Pick<IngestNewsDependencies, 'github' | 'forge' | 'now'>,
  proposal: Proposal,
  commit: string,
): Promise<string> {
  const versions = requirePins(readVersions(proposal.versions, VERSIONS_FILE), VERSIONS_FILE);
  const manifests = pinManifests(versions, readLock(proposal.lock, LOCK_FILE));
  const { github, forge } = dependencies;
  const origin = { commit, branch: forge.branch, correlator: CORRELATOR, scanned: dependencies.now() };
  const { result, degraded } = await submitSnapshot(github, snapshotOf(manifests, origin));
  const less = degraded.length === 0 ? '' : `; told as generic: ${degraded.join(', ')}`;
  return `the pins of ${manifests.length} manifests: ${result.toLowerCase()}${less}`;
}

/** Makes these the cursors from which the next poll asks. */
export async function rememberCursors(memory: CursorMemory, cursors: Cursors): Promise<void> {
  await memory.change((before) => ({ ...before, cursors }));
}

/** Stands for all runs of ingest: the newest snapshot under it replaces the one before. */
const CORRELATOR = 'foundry-ingest';
