import { ApplicationFailure, Context } from '@temporalio/activity';
import { FoundryError, messageOf } from '../domain/errors.ts';
import { isPassing } from '../domain/release/problem.ts';
import type { Report } from '../domain/report.ts';

/** What an activity gets from the attempt that it runs in. */
export interface ActivityCall {
  /** Becomes the progress that heartbeats carry. */
  readonly report: Report;
  /** Aborts when the attempt is cancelled or its worker ends. */
  readonly signal: AbortSignal;
}

const BEAT_MS = 4000;
/** Failures are cut off by the server at 4 KB in all. */
const LONGEST_MESSAGE = 2000;
/** Pauses that servers ask for are kept between these: the queues' own backoff covers shorter ones, and who waits longer had better begin anew. */
const PAUSES_MS = { from: 30_000, to: 15 * 60_000 };

/**
 * Runs an activity's work from its first to its last heartbeat. An error of ours becomes a failure with our code as its type: one that
 * goes away by itself is tried again, any other is final.
 */
async function inActivity<T>(work: (call: ActivityCall) => Promise<T>): Promise<T> {
  const context = Context.current();
  let progress = 'began';
  const beat = (): void => context.heartbeat(progress);
  beat();
  const timer = setInterval(beat, BEAT_MS);
  try {
    return await work({
      report: (message) => {
        progress = message;
        context.log.info(message);
      },
      signal: context.cancellationSignal,
    });
  } catch (error) {
    throw failureFrom(error, context);
  } finally {
    clearInterval(timer);
  }
}

function failureFrom(error: unknown, { cancellationSignal, cancellationDetails }: Context): unknown {
  if (cancellationSignal.aborted) {
    return cancellationDetails?.workerShutdown === true
      ? ApplicationFailure.retryable('the worker ends', 'WorkerShutdown')
      : cancellationSignal.reason;
  }
  const code = error instanceof FoundryError ? error.code : 'unexpected';
  const hint = error instanceof FoundryError ? (error.hint ?? null) : null;
  const pause = error instanceof FoundryError ? error.retryAfterMs : undefined;
  return ApplicationFailure.create({
    type: code,
    message: messageOf(error).slice(0, LONGEST_MESSAGE),
    nonRetryable: !isPassing(code),
    details: [{ hint, check: null }],
    ...(pause === undefined || pause < PAUSES_MS.from
      ? {}
      : { nextRetryDelay: Math.min(pause, PAUSES_MS.to) }),
    ...(error instanceof Error ? { cause: error } : {}),
  });
}

type AsyncFunctions<A> = { [K in keyof A]: (...args: never[]) => Promise<unknown> };

/**
 * Activities that are made anew for every call, so that each has the progress and the cancellation of its own attempt. `names` are those
 * that are offered.
 */
export function perCall<A extends AsyncFunctions<A>>(
  names: readonly (keyof A & string)[],
  create: (call: ActivityCall) => A | Promise<A>,
): Record<string, (...args: never[]) => Promise<unknown>> {
  return Object.fromEntries(
    names.map((name) => [
      name,
      (...args: never[]) => inActivity(async (call) => (await create(call))[name](...args)),
    ]),
  );
}
