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
    const detail = `${made}, ${inWords(milliseconds)} ago, and may be ${age} old at most: whoever renews it has stopped`;
    return { ...check, verdict: 'not-run', detail };
  }
  return { ...check, verdict: 'pass', detail: `${made}, and may be ${age} old at most` };
}

function inWords(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  return minutes < 60 ? `${minutes} minutes` : `${Math.floor(minutes / 60)} hours`;
}
