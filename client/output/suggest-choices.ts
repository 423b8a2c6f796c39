import { type Argument, type Command, InvalidArgumentError, type Option } from 'commander';
import { nearest } from './nearest.ts';

/** ` (did you mean …?)`, or nothing when no candidate is near. */
export function meant(word: string, candidates: readonly string[]): string {
  const close = nearest(word, candidates);
  return close === undefined ? '' : ` (did you mean ${close}?)`;
}

/**
 * Lets every option and argument with enumerated values say which one was most likely meant. The library suggests verbs and options by
 * itself, and only lists values.
 */
export function suggestChoices(command: Command): void {
  for (const one of [...command.options, ...command.registeredArguments]) suggestFor(one);
  command.commands.forEach(suggestChoices);
}

function suggestFor(one: Option | Argument): void {
  const choices = one.argChoices;
  // A variadic one collects; its values are parsed by who declares it.
  if (choices === undefined || one.variadic) return;
  one.argParser((word: string) => {
    if (choices.includes(word)) return word;
    throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.${meant(word, choices)}`);
  });
}
