import { describe, expect, it } from 'vitest';
import { createRateLimiter } from '../../../../lab/forge/api/rate-limit.ts';

describe('the rate limiter', () => {
  it('counts by caller and starts again after the window', () => {
    let time = new Date('2026-01-01T00:00:00Z');
    const limiter = createRateLimiter(() => time);
    expect(limiter.take('a', 2, 60)).toMatchObject({ allowed: true, remaining: 1, used: 1, limit: 2 });
    expect(limiter.take('a', 2, 60)).toMatchObject({ allowed: true, remaining: 0, used: 2 });
    expect(limiter.take('a', 2, 60)).toMatchObject({ allowed: false, remaining: 0, used: 2 });
    expect(limiter.take('b', 2, 60).allowed).toBe(true);
    expect(limiter.look('a', 2, 60).reset).toBe(time.getTime() / 1000 + 60);
    time = new Date(time.getTime() + 60_000);
    expect(limiter.take('a', 2, 60)).toMatchObject({ allowed: true, remaining: 1 });
  });

  it('gives a request back', () => {
    const limiter = createRateLimiter(() => new Date(0));
    limiter.take('a', 1, 60);
    expect(limiter.refund('a', 1, 60).remaining).toBe(1);
    expect(limiter.take('a', 1, 60).allowed).toBe(true);
  });
});
