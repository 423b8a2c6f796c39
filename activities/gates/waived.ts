import { type FoundStatement, type FoundWaiver, isHarmless } from '../../domain/pins/policy.ts';

/** Whether a finding may pass by what somebody signed off, and the words that say so or why not. */
export interface Judgement {
  readonly mayPass: boolean;
  readonly words: string;
}

/** Looks for the waiver of a check by its id. An expired one is named and does not count. */
export function judgeWaiver(waivers: readonly FoundWaiver[], check: string): Judgement {
  const waiver = waivers.find(({ id }) => id === check);
  if (waiver === undefined) return { mayPass: false, words: 'There is no waiver for it.' };
  const words = inWords(waiver);
  return waiver.isExpired
    ? { mayPass: false, words: `Its waiver has expired: ${words}` }
    : { mayPass: true, words: `Waived ${words}` };
}

/** Looks for the statement on a vulnerability. One that has expired, or does not say that it does no harm, is named and does not count. */
export function judgeStatement(statements: readonly FoundStatement[], cve: string): Judgement {
  const statement = statements.find(({ id }) => id === cve);
  if (statement === undefined)
    return { mayPass: false, words: 'No statement (vex) says that it does no harm.' };
  const { status, justification, isExpired } = statement;
  const words = `${status}${justification === undefined ? '' : ` (${justification})`} ${inWords(statement)}`;
  if (isExpired) return { mayPass: false, words: `The statement on it has expired: ${words}` };
  return isHarmless(status)
    ? { mayPass: true, words: `Stated ${words}` }
    : { mayPass: false, words: `It is stated ${words}; that lets nothing pass.` };
}

function inWords({ owner, expires, reason }: FoundWaiver): string {
  return `by ${owner} until ${expires}: ${reason}`;
}
