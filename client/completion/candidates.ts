import type { Argument, Command, Option } from 'commander';
import { VARIANTS } from '../../domain/pins/variant.ts';

/** One word that a person may go on with. */
export interface Candidate {
  readonly word: string;
  readonly description: string;
}

/** Words for releases: they are asked for only where one can stand, because it takes a server to know them. */
export type ReleaseWords = () => Promise<readonly Candidate[]>;

/** Where in a command line the cursor is. */
interface Place {
  readonly command: Command;
  /** Set when the value of this option is next. */
  readonly option: Option | undefined;
  /** How many arguments of the command are there already. */
  readonly count: number;
}

const IMAGES: readonly Candidate[] = VARIANTS.map((word) => ({ word, description: 'of the newest release' }));
const LATEST: Candidate = { word: 'latest', description: 'the newest release' };

/**
 * What the last of `words` may become, in the order of help; the words are those after `foundry`, and the last may be empty. None where
 * anything may stand, such as a file.
 */
export async function candidatesFor(
  program: Command,
  words: readonly string[],
  releases: ReleaseWords,
): Promise<Candidate[]> {
  const all = withoutEquals(words);
  const last = all.at(-1) ?? '';
  const [, option = '', begun = ''] = /^(--[^=]+)=(.*)$/s.exec(last) ?? [];
  const place = placeAfter(program, all.slice(0, -1));
  if (option !== '') {
    const values = valuesOf(findOption(place.command, option)).map(({ word, description }) => ({
      word: `${option}=${word}`,
      description,
    }));
    return beginning(values, `${option}=${begun}`);
  }
  if (place.option !== undefined) return beginning(valuesOf(place.option), last);
  if (last.startsWith('-')) return beginning(optionsOf(place.command), last);
  const commands = place.count === 0 ? commandsOf(place.command) : [];
  const argument = argumentAt(place);
  return beginning(
    [...commands, ...(argument === undefined ? [] : await wordsFor(argument, releases))],
    last,
  );
}

/** Shells that break words at `=` give `--output`, `=`, `json`. */
function withoutEquals(words: readonly string[]): string[] {
  return words.flatMap((word, at) => {
    const isBetween = word === '=' && words[at - 1]?.startsWith('--') === true;
    if (!isBetween) return [word];
    return at === words.length - 1 ? [''] : [];
  });
}

function placeAfter(program: Command, words: readonly string[]): Place {
  let place: Place = { command: program, option: undefined, count: 0 };
  for (const word of words) place = step(place, word);
  return place;
}

function step({ command, option, count }: Place, word: string): Place {
  if (option !== undefined) return { command, option: undefined, count };
  if (word.startsWith('-')) {
    const found = word.includes('=') ? undefined : findOption(command, word);
    return { command, count, option: found?.required === true ? found : undefined };
  }
  const next = count === 0 ? command.commands.find((one) => one.name() === word) : undefined;
  return next === undefined
    ? { command, option: undefined, count: count + 1 }
    : { command: next, option: undefined, count: 0 };
}

function findOption(command: Command, flag: string): Option | undefined {
  return lineage(command)
    .flatMap(({ options }) => options)
    .find(({ long, short }) => long === flag || short === flag);
}

/** A command and those above it: the options of the program may stand anywhere. */
function lineage(command: Command): Command[] {
  return command.parent === null ? [command] : [command, ...lineage(command.parent)];
}

function optionsOf(command: Command): Candidate[] {
  const own = lineage(command).flatMap(({ options }) => options.filter(({ hidden }) => !hidden));
  const all = own.flatMap(({ long, description }) => (long == null ? [] : [{ word: long, description }]));
  return [...all, { word: '--help', description: 'what can be written, with examples' }];
}

function commandsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ word: one.name(), description: one.description() }));
}

function valuesOf(option: Option | undefined): Candidate[] {
  return (option?.argChoices ?? []).map((word) => ({ word, description: '' }));
}

function argumentAt({ command, count }: Place): Argument | undefined {
  const last = command.registeredArguments.at(-1);
  return command.registeredArguments[count] ?? (last?.variadic === true ? last : undefined);
}

async function wordsFor(argument: Argument, releases: ReleaseWords): Promise<Candidate[]> {
  if (argument.argChoices !== undefined)
    return argument.argChoices.map((word) => ({ word, description: '' }));
  const name = argument.name();
  const images = name.includes('image') ? IMAGES : [];
  const isRelease = name.includes('release') || name.includes('record');
  return [...images, ...(isRelease ? [LATEST, ...(await releases())] : [])];
}

function beginning(candidates: readonly Candidate[], begun: string): Candidate[] {
  return candidates.filter(({ word }) => word.startsWith(begun));
}
