/** The state of one caller's limit, as GitHub's headers tell it. `reset` is in seconds since 1970. */
export interface RateState {
  readonly limit: number;
  readonly remaining: number;
  readonly used: number;
  readonly reset: number;
}

/** Counts requests in windows of time, by caller. */
export interface RateLimiter {
  /** Uses one request; `allowed` is false when none is left. */
  take(caller: string, limit: number, windowSeconds: number): RateState & { readonly allowed: boolean };
  /** Gives a request back: an answer that said "not modified" costs nothing. */
  refund(caller: string, limit: number, windowSeconds: number): RateState;
  /** The state as it is. */
  look(caller: string, limit: number, windowSeconds: number): RateState;
}

/** Counters in memory: a restart of the lab starts new windows. */
export function createRateLimiter(now: () => Date): RateLimiter {
  const counters = new Map<string, { used: number; resetMs: number }>();

  function counterOf(caller: string, windowSeconds: number): { used: number; resetMs: number } {
    const known = counters.get(caller);
    if (known !== undefined && known.resetMs > now().getTime()) return known;
    const fresh = { used: 0, resetMs: now().getTime() + windowSeconds * 1000 };
    counters.set(caller, fresh);
    return fresh;
  }

  function stateOf(counter: { used: number; resetMs: number }, limit: number): RateState {
    const used = Math.min(counter.used, limit);
    return { limit, used, remaining: limit - used, reset: Math.ceil(counter.resetMs / 1000) };
  }

  return {
    take(caller, limit, windowSeconds) {
      const counter = counterOf(caller, windowSeconds);
      const allowed = counter.used < limit;
      if (allowed) counter.used += 1;
      return { ...stateOf(counter, limit), allowed };
    },
    refund(caller, limit, windowSeconds) {
      const counter = counterOf(caller, windowSeconds);
      counter.used = Math.max(0, counter.used - 1);
      return stateOf(counter, limit);
    },
    look: (caller, limit, windowSeconds) => stateOf(counterOf(caller, windowSeconds), limit),
  };
}

/** The headers that every answer of the API carries. */
export function rateHeaders(state: RateState): Record<string, string> {
  return {
    'x-ratelimit-limit': String(state.limit),
    'x-ratelimit-remaining': String(state.remaining),
    'x-ratelimit-used': String(state.used),
    'x-ratelimit-reset': String(state.reset),
    'x-ratelimit-resource': 'core',
  };
}
