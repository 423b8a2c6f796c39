import type { Command } from 'commander';
import { FoundryError } from '../../domain/errors.ts';
import type { ClientContext } from '../context.ts';
import { columns } from '../output/columns.ts';
import { meant } from '../output/suggest-choices.ts';
import { describeCommands, findCommand } from '../reference/describe-commands.ts';
import { describeExits } from '../reference/exit-codes.ts';

const EXIT_CODES_TOPIC = 'exit-codes';

/** `foundry help`: of a command, or of what all commands share. */
export function registerHelp(program: Command, context: ClientContext): void {
  // This one knows more than the ones that the library adds by itself.
  for (const command of [program, ...program.commands]) command.helpCommand(false);
  program
    .command('help')
    .description('Show what a command does, or what the exit codes mean')
    .argument('[topic...]', `a command, with its subcommand, or ${EXIT_CODES_TOPIC}`)
    .addHelpText(
      'after',
      '\nExamples:\n  foundry help\n  foundry help release\n  foundry help vex add --output json\n  foundry help exit-codes',
    )
    .action((topic: string[]) => {
      if (topic[0] === EXIT_CODES_TOPIC && topic.length === 1) showExits(context);
      else showCommand(program, context, topic);
    });
}

function showExits({ io }: ClientContext): void {
  const exits = describeExits();
  io.result('help', { exitCodes: exits }, () =>
    [
      'A command ends with the code of the first thing that went wrong, and names it on standard error.',
      '',
      ...columns(exits.map(({ code, meaning }) => [String(code).padStart(3), meaning])),
      '',
      'docs/errors.md says which error has which.',
    ].join('\n'),
  );
}

function showCommand(program: Command, { io }: ClientContext, topic: readonly string[]): void {
  const { command, rest } = findCommand(program, topic);
  const [unknown] = rest;
  if (unknown !== undefined) throw unknownTopic(command, unknown);
  if (io.format === 'text') {
    command.outputHelp();
    return;
  }
  const commands = describeCommands(program).filter(({ path }) =>
    topic.every((word, at) => path[at] === word),
  );
  io.result('help', { commands }, () => '');
}

function unknownTopic(command: Command, word: string): FoundryError {
  const names = command.commands.map((one) => one.name()).filter((name) => !name.startsWith('_'));
  const known = command.parent === null ? [...names, EXIT_CODES_TOPIC] : names;
  const hint = known.length === 0 ? {} : { hint: `There is help for: ${known.join(', ')}.` };
  return new FoundryError(
    'FND_BAD_INPUT',
    `there is no help for ${JSON.stringify(word)}${meant(word, known)}`,
    hint,
  );
}
