import type { FoundWaiver } from '../../domain/pins/policy.ts';

/** Whether a finding may pass by a waiver, and the words that say so or why not. */
export interface WaiverJudgement {
  readonly isWaived: boolean;
  readonly words: string;
}

/** Looks for the waiver of a check by its id. An expired one is named and does not count. */
export function judgeWaiver(waivers: readonly FoundWaiver[], check: string): WaiverJudgement {
  const waiver = waivers.find(({ id }) => id === check);
  if (waiver === undefined) return { isWaived: false, words: 'There is no waiver for it.' };
  const { owner, expires, reason, isExpired } = waiver;
  const words = `by ${owner} until ${expires}: ${reason}`;
  return isExpired
    ? { isWaived: false, words: `Its waiver has expired: ${words}` }
    : { isWaived: true, words: `Waived ${words}` };
}
