import { ERROR_CATALOGUE } from '../../domain/errors.ts';
import { describeExits } from './exit-codes.ts';

/** `docs/errors.md`: every error code and every exit code, from the constants. A test keeps the file equal to this. */
export function errorsPage(): string {
  const exits = describeExits().map(({ code, meaning }) => `| ${code} | ${meaning} |`);
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
