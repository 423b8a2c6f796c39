import { setTimeout as sleep } from 'node:timers/promises';
import { FoundryError } from '../../domain/errors.ts';
import { giveUp, goOn, waitedFor } from './decisions.ts';
import type { Look, Progress } from './progress.ts';
import { isOpen, type ReleaseEntry } from './release-entry.ts';
import { shortCommit } from './select-release.ts';

/** How a release is waited for. */
export interface Watch {
  /** Looks at the release. FND_UNREACHABLE from it is waited out for a while. */
  readonly look: () => Promise<Look>;
  readonly progress: Progress;
  /** Whether it is waited for an operator, too. */
  readonly staysForOperator: boolean;
  readonly signal: AbortSignal;
  readonly pauseMs: number;
  /** How long the server may give no answer. */
  readonly patienceMs: number;
}

/**
 * Waits until a release has ended, and returns it. Throws FND_WAITING when it waits for an operator and nobody is asked to stay,
 * FND_INTERRUPTED on the signal (the release goes on), FND_UNREACHABLE when the server gives no answer for too long.
 */
export async function watchRelease(watch: Watch): Promise<ReleaseEntry> {
  const { progress } = watch;
  let last: ReleaseEntry | undefined;
  let asked: string | undefined;
  try {
    for (;;) {
      const { entry, underWay } = await patientLook(watch);
      last = entry;
      progress.update({ entry, underWay }, new Date());
      if (!isOpen(entry)) return entry;
      const until = entry.status?.waiting?.until;
      if (until !== undefined && until !== asked) {
        if (!watch.staysForOperator) throw waitsForOperator(entry);
        for (const line of operatorLines(entry)) progress.say(line);
      }
      asked = until;
      await sleep(watch.pauseMs, undefined, { signal: watch.signal });
    }
  } catch (error) {
    throw watch.signal.aborted ? detached(last) : error;
  } finally {
    progress.close();
  }
}

async function patientLook({ look, progress, signal, pauseMs, patienceMs }: Watch): Promise<Look> {
  const began = Date.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await look();
    } catch (error) {
      const isPassing = error instanceof FoundryError && error.code === 'FND_UNREACHABLE';
      if (!isPassing || Date.now() - began > patienceMs) throw error;
      if (attempt === 1) progress.say(`${error.message}; the release goes on when it is back`);
      await sleep(pauseMs, undefined, { signal });
    }
  }
}

function operatorLines(entry: ReleaseEntry): string[] {
  const waiting = entry.status?.waiting ?? null;
  if (waiting === null) return [];
  const { stage, problem, until } = waiting;
  return [
    `${stage} waits for ${waitedFor(problem)} until ${until}, then the release aborts`,
    `  why: ${problem.message}`,
    ...(problem.hint === null ? [] : [`  hint: ${problem.hint}`]),
    `  go on: ${goOn(entry)}   give up: ${giveUp(entry)}`,
  ];
}

function waitsForOperator(entry: ReleaseEntry): FoundryError {
  const waiting = entry.status?.waiting ?? null;
  const why =
    waiting === null ? '' : `: ${waiting.stage}, until ${waiting.until}: ${waiting.problem.message}`;
  const whom = waiting === null ? 'an operator' : waitedFor(waiting.problem);
  return new FoundryError('FND_WAITING', `${entry.id} waits for ${whom}${why}`, {
    hint: `Go on with \`${goOn(entry)}\`, or give up with \`${giveUp(entry)}\`.`,
  });
}

function detached(entry: ReleaseEntry | undefined): FoundryError {
  const name = entry === undefined ? 'latest' : shortCommit(entry);
  const again = entry === undefined ? './foundry release' : `./foundry release --commit ${entry.commit}`;
  return new FoundryError('FND_INTERRUPTED', 'left; the release goes on', {
    hint: `See it with \`./foundry show ${name}\`, follow it again with \`${again}\`.`,
  });
}
