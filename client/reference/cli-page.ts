import type { Command } from 'commander';
import { RESULT_KINDS } from '../output/kinds.ts';
import { describeCommands, type DescribedCommand, type DescribedTerm } from './describe-commands.ts';
import { describeExits } from './exit-codes.ts';

/** `docs/cli.md`: every command, from its definition. A test keeps the file equal to this. */
export function cliPage(program: Command): string {
  const [whole, ...commands] = describeCommands(program);
  if (whole === undefined) throw new Error('the program describes itself');
  return [
    '# The command',
    '',
    'Generated from `client/` by `npm run docs`; do not edit by hand. The same is told by `foundry help` and `--help` of each command.',
    '',
    'Results go to standard output, progress and errors to standard error. With `--output json` the result is one document,',
    '`{ "schemaVersion": 1, "kind": …, "data": … }`, and an error is one of kind `error` on standard error; `kind` stands below with each',
    'command. A command that shows something and refuses it (`verify`, `selftest`, `status`, `doctor`) prints both.',
    '',
    '## Options of every command',
    '',
    ...table('option', whole.options),
    ...commands.flatMap(section),
    '## Exit codes',
    '',
    '| code | meaning |',
    '| ---: | --- |',
    ...describeExits().map(({ code, meaning }) => `| ${code} | ${meaning} |`),
    '',
    'Which error has which: [errors.md](errors.md).',
    '',
  ].join('\n');
}

function section({ path, description, usage, notes, examples, ...terms }: DescribedCommand): string[] {
  const name = path.join(' ');
  return [
    `${path.length === 1 ? '##' : '###'} foundry ${name}`,
    '',
    `${description}.`,
    '',
    '```',
    usage,
    '```',
    '',
    ...table('argument', terms.arguments),
    ...table('option', terms.options),
    ...(notes === '' ? [] : [paragraphs(notes), '']),
    ...kindOf(name),
    ...(examples.length === 0 ? [] : ['```sh', ...examples, '```', '']),
  ];
}

/** The lines of help are sentences of their own. */
function paragraphs(notes: string): string {
  return notes
    .split(/\n+/)
    .map((line) => `${line}\\`)
    .join('\n')
    .replace(/\\$/, '');
}

function kindOf(name: string): string[] {
  const kinds: Readonly<Record<string, string | null>> = RESULT_KINDS;
  const kind = kinds[name];
  return kind === undefined || kind === null ? [] : [`JSON: \`${kind}\`.`, ''];
}

function table(what: string, terms: readonly DescribedTerm[]): string[] {
  if (terms.length === 0) return [];
  return [`| ${what} | |`, '| --- | --- |', ...terms.map(row), ''];
}

function row({ term, description, isRequired, choices }: DescribedTerm): string {
  const needed = term.startsWith('-') && isRequired ? ' (required)' : '';
  const values = choices.length === 0 ? '' : `: ${choices.map((one) => `\`${one}\``).join(', ')}`;
  return `| \`${term.replaceAll('|', '\\|')}\` | ${`${description}${needed}${values}`.replaceAll('|', '\\|')} |`;
}
