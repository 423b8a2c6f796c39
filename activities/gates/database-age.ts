import type { Check } from '../../domain/release/check.ts';
import { durationMs } from '../../domain/pins/values.ts';

/** Whether a database is young enough now. One from the future tells that a clock is wrong, so that no age means anything. */
export function databaseAgeCheck(
  prefix: string,
  { updatedAt, age }: { readonly updatedAt: Date; readonly age: string },
  now: Date,
): Check {
  const check = { id: `${prefix}-DATABASE-AGE`, title: 'The vulnerability database is young enough' };
  const made = `it was made at ${updatedAt.toISOString()}`;
  const milliseconds = now.getTime() - updatedAt.getTime();
  if (milliseconds < 0) {
    const detail = `${made}, which is in the future of this machine (${now.toISOString()}): a clock is wrong`;
    return { ...check, verdict: 'not-run', detail };
  }
  if (milliseconds > durationMs(age)) {
    const hours = Math.floor(milliseconds / 3_600_000);
    return { ...check, verdict: 'not-run', detail: `${made}, ${hours} hours ago; it may be ${age} old` };
  }
  return { ...check, verdict: 'pass', detail: `${made}; it may be ${age} old` };
}
