import { ERROR_CATALOGUE, type ErrorCode, FoundryError } from '../../domain/errors.ts';
import { VERDICT_PROBLEM } from '../../domain/release/problem.ts';
import type { ReleaseStatus } from '../../domain/release/status.ts';
import type { ReleaseEntry } from './release-entry.ts';
import { shortCommit } from './select-release.ts';

type Aborted = NonNullable<ReleaseStatus['aborted']>;

/**
 * The error that a command ends with which waited for this release: none when it completed. An aborted release ends with the code of
 * what aborted it, so that a refusal, a failed check and a server that is down can be told apart by the exit code.
 */
export function endingOf(entry: ReleaseEntry): FoundryError | undefined {
  const { id, state, status } = entry;
  if (state === 'completed') return undefined;
  const aborted = status?.aborted ?? null;
  if (state !== 'aborted' || aborted === null) {
    return new FoundryError('FND_NO_RECORD', `${id} is ${state}: nothing says how it ended`, {
      hint: 'Its history in the Temporal UI says more; `./foundry release` makes it again.',
    });
  }
  const { stage, by, problem } = aborted;
  return new FoundryError(codeOf(aborted), `release aborted in ${stage} by ${BY[by]}: ${problem.message}`, {
    hint: problem.hint ?? `\`./foundry show ${shortCommit(entry)}\` tells all that is known.`,
  });
}

/** Who aborted, in words. */
export const BY: Readonly<Record<Aborted['by'], string>> = {
  rule: 'the rules of the foundry',
  operator: 'an operator',
  cancellation: 'a cancellation',
  'no-operator': 'itself, as no operator came',
};

function codeOf({ by, problem }: Aborted): ErrorCode {
  if (by === 'no-operator') return 'FND_NO_OPERATOR';
  if (by !== 'rule') return 'FND_ABORTED';
  if (problem.code === VERDICT_PROBLEM) return 'FND_CHECK_FAILED';
  return Object.hasOwn(ERROR_CATALOGUE, problem.code) ? (problem.code as ErrorCode) : 'FND_ABORTED';
}
