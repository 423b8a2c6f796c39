import type { Argument, Command, Option } from 'commander';

/** An argument or option, as help shows it. */
export interface DescribedTerm {
  /** What is written, such as `--output <format>` or `<release>`. */
  readonly term: string;
  readonly description: string;
  readonly isRequired: boolean;
  /** The values it may have, where they are enumerated. */
  readonly choices: readonly string[];
}

/** One command or subcommand that a person can type, from its definition. */
export interface DescribedCommand {
  /** The words after `foundry`; none for the program itself. */
  readonly path: readonly string[];
  readonly description: string;
  readonly usage: string;
  readonly arguments: readonly DescribedTerm[];
  readonly options: readonly DescribedTerm[];
  /** What help says after the options and before the examples. */
  readonly notes: string;
  /** The lines to type; one may go on over several lines. */
  readonly examples: readonly string[];
  readonly hasCommands: boolean;
}

const EXAMPLES = 'Examples:\n';

/** The program and all its commands, each before its subcommands, in the order in which help lists them. Hidden ones are left out. */
export function describeCommands(program: Command): DescribedCommand[] {
  return describe(program, []);
}

/** The command that words lead to, with the words that lead no further. */
export function findCommand(
  program: Command,
  words: readonly string[],
): { command: Command; rest: readonly string[] } {
  const [word, ...rest] = words;
  const next = program.commands.find((one) => one.name() === word);
  return next === undefined ? { command: program, rest: words } : findCommand(next, rest);
}

function describe(command: Command, path: readonly string[]): DescribedCommand[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const [notes = '', ...examples] = helpAfter(command).split(EXAMPLES);
  const here = {
    path,
    description: command.description(),
    usage: help.commandUsage(command),
    arguments: command.registeredArguments.map(describeArgument),
    options: command.options.filter(({ hidden }) => !hidden).map(describeOption),
    notes: notes.trim(),
    examples: linesOf(examples.join(EXAMPLES)),
    hasCommands: commands.length > 0,
  };
  return [here, ...commands.flatMap((one) => describe(one, [...path, one.name()]))];
}

function describeArgument(argument: Argument): DescribedTerm {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return {
    term: argument.required ? `<${name}>` : `[${name}]`,
    description: argument.description,
    isRequired: argument.required,
    choices: argument.argChoices ?? [],
  };
}

function describeOption({ flags, description, mandatory, argChoices }: Option): DescribedTerm {
  return { term: flags, description, isRequired: mandatory, choices: argChoices ?? [] };
}

/** What `addHelpText` put after the part that is made from the definition. */
function helpAfter(command: Command): string {
  const before = command.configureOutput();
  let written = '';
  command.configureOutput({ writeOut: (text) => (written += text) });
  command.outputHelp();
  command.configureOutput(before);
  return written.slice(command.helpInformation().length);
}

/** Lines that begin with the name of the command, or something before it in a pipe; deeper ones belong to the line before them. */
function linesOf(text: string): string[] {
  return text
    .split(/\n {2}(?=\S)/)
    .map((line) => line.replace(/^ {2}/, '').trimEnd())
    .filter((line) => line !== '');
}
