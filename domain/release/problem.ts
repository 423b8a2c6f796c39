import { ERROR_CATALOGUE, type ErrorCode } from '../errors.ts';
import { EXIT_CODES } from '../exit-codes.ts';

/** The code of a problem that is no error: a stage looked, and what it saw does not pass. */
export const VERDICT_PROBLEM = 'verdict';

/** The code of a problem that is no error: policy asks for a person's yes, and it is not there yet. */
export const APPROVAL_PROBLEM = 'approval';

/** Errors that go away by themselves: an activity that ends with one is tried again after a while. */
const PASSING: ReadonlySet<string> = new Set<ErrorCode>([
  'FND_UNREACHABLE',
  'FND_ARCHIVE_UNREACHABLE',
  'FND_BUSY',
]);

/** Exit codes of errors that no second try of the same commit can mend. */
const FINAL: ReadonlySet<number> = new Set([
  EXIT_CODES.usage,
  EXIT_CODES.gateFailed,
  EXIT_CODES.verificationFailed,
]);

/** Whether an activity that ends with this error is tried again. Refusals and failed tests never are: no retrying to green. */
export function isPassing(code: string): boolean {
  return PASSING.has(code);
}

/** Whether a problem ends the release at once. Others wait for an operator, who may mend what is outside and retry. */
export function isFinal(code: string): boolean {
  if (code === VERDICT_PROBLEM) return true;
  return Object.hasOwn(ERROR_CATALOGUE, code) && FINAL.has(ERROR_CATALOGUE[code as ErrorCode].exit);
}
