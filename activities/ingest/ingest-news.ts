import type { Artifact } from '../../domain/artifact.ts';
import type { Alarm, IngestPlan } from '../../domain/ingest/plan.ts';

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

/** Where the new pins are. Both null: other pins were committed meanwhile, and the next run goes on from those. */
export interface PublishedPins {
  /** The commit that holds them: on the branch, or on that of the pull request. */
  readonly commit: string | null;
  /** The address of the pull request; null when the branch itself holds them. */
  readonly pullRequest: string | null;
}

interface TellForgeOrder {
  readonly proposal: Artifact;
  readonly commit: string;
}

/** What came of it, on one line. */
interface Told {
  readonly said: string;
}
