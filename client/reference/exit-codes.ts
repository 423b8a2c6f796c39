import { EXIT_CODES } from '../../domain/exit-codes.ts';

/** What each exit code means, a sentence each. */
const MEANINGS = {
  ok: 'The command did what it was asked.',
  unexpected: 'Something failed that we did not foresee, or a tool failed.',
  usage: 'An argument, option or setting cannot be used.',
  permission: 'The system or a server refused: rights are missing.',
  gateFailed: 'A gate said no: the policy refuses what was examined.',
  verificationFailed: 'A signature, digest, provenance or format did not verify.',
  incompleteEvidence: 'Evidence is incomplete: an attestation, a report or a database is missing.',
  dependencyUnreachable: 'Something needed is missing or not reachable.',
  stillRunning: 'Other work is still going on.',
  nothingToDo: 'There was nothing to do (only where a command offers to say so).',
  interrupted: 'The command was interrupted.',
} as const satisfies Record<keyof typeof EXIT_CODES, string>;

/** An exit code, by its name in our constants. */
export interface DescribedExit {
  readonly code: number;
  readonly name: string;
  readonly meaning: string;
}

/** Every exit code of the command, from the constants, smallest first. */
export function describeExits(): DescribedExit[] {
  return Object.entries(EXIT_CODES).map(([name, code]) => ({
    code,
    name,
    meaning: MEANINGS[name as keyof typeof EXIT_CODES],
  }));
}
