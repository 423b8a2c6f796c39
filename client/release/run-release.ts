import type { ReleaseIdentity } from '../../domain/pins/identity.ts';
import type { Io } from '../output/io.ts';
import { type Look, progressOn } from './progress.ts';
import { entryOf, type ReleaseEntry } from './release-entry.ts';
import { type HowStarted, startRelease, type StartedRelease } from './start-release.ts';
import { namedServerError, type Temporal } from './temporal.ts';
import { Onlooker } from './under-way.ts';
import { watchRelease } from './watch-release.ts';

/** How a release is asked for. */
export interface ReleaseCall {
  readonly identity: ReleaseIdentity;
  readonly isRebuild: boolean;
  /** Who asks. */
  readonly by: string;
  /** `wait` stays to the end, `follow` until an operator is needed, `detach` not at all. */
  readonly stay: 'wait' | 'follow' | 'detach';
  readonly io: Io;
  readonly signal: AbortSignal;
}

/** A release that was asked for, as it was when the command had waited for it. */
export interface AskedRelease {
  readonly how: HowStarted;
  readonly entry: ReleaseEntry;
  /** Where the Temporal UI shows it. */
  readonly ui: string;
}

const PAUSE_MS = 500;
/** A server that is started again is back within seconds; a person who must start it gets these. */
const PATIENCE_MS = 120_000;

/** Starts or joins a release and waits as told. Throws what {@link watchRelease} throws. */
export async function runRelease(temporal: Temporal, call: ReleaseCall): Promise<AskedRelease> {
  const { client } = temporal;
  const { identity, isRebuild, by, stay, io, signal } = call;
  const started = await startRelease(client, identity, { isRebuild, by });
  const ui = temporal.uiOf(started);
  for (const line of announcement(started, ui, isRebuild)) io.report(line);
  const look = lookerAt(temporal, started);
  if (stay === 'detach' || started.how === 'found') {
    return { how: started.how, entry: (await look()).entry, ui };
  }
  const entry = await watchRelease({
    look,
    progress: progressOn(io),
    staysForOperator: stay === 'wait' || io.terminal !== undefined,
    signal,
    pauseMs: PAUSE_MS,
    patienceMs: PATIENCE_MS,
  });
  return { how: started.how, entry, ui };
}

function lookerAt({ client }: Temporal, { id, runId }: StartedRelease): () => Promise<Look> {
  const onlooker = new Onlooker(client);
  const handle = client.workflow.getHandle(id, runId);
  return async () => {
    try {
      const description = await handle.describe();
      return { entry: entryOf(description, new Date()), underWay: await onlooker.underWay(description) };
    } catch (error) {
      throw namedServerError(error);
    }
  };
}

function announcement({ id, how }: StartedRelease, ui: string, isRebuild: boolean): string[] {
  const told = {
    started: `${id} began`,
    joined: `${id} runs already; this follows it`,
    found: `${id} has completed before: this is its record`,
  } as const satisfies Record<HowStarted, string>;
  const ignored =
    how === 'joined' && isRebuild ? ['--rebuild has no say over a release that runs already'] : [];
  return [told[how], ...ignored, `Temporal UI: ${ui}`];
}
