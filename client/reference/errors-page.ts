import { ERROR_CATALOGUE } from '../../domain/errors.ts';
import { EXIT_CODES } from '../../domain/exit-codes.ts';

const EXIT_MEANINGS = {
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

/** `docs/errors.md`: every error code and every exit code, from the constants. A test keeps the file equal to this. */
export function errorsPage(): string {
  const exits = Object.entries(EXIT_CODES).map(
    ([name, code]) => `| ${code} | ${EXIT_MEANINGS[name as keyof typeof EXIT_CODES]} |`,
  );
  const errors = Object.entries(ERROR_CATALOGUE).map(
    ([code, { exit, meaning }]) => `### ${code}\n\n${meaning} The command ends with exit code ${exit}.\n`,
  );
  return [
    '# Errors and exit codes',
    '',
    'Generated from `domain/errors.ts` and `domain/exit-codes.ts` by `npm run docs`; do not edit by hand.',
    '',
    'An error names its code, what was tried with which value, the causes below it, and a hint: the next thing to type.',
    'With `--output json` the same comes as an envelope of kind `error` on standard error.',
    '',
    '## Exit codes',
    '',
    '| code | meaning |',
    '| ---: | --- |',
    ...exits,
    '',
    '## Error codes',
    '',
    ...errors,
  ].join('\n');
}
