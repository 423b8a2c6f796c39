import { FoundryError } from '../../domain/errors.ts';
import type { CommandProbe, ImageFacts, Line, Lines } from './check-definition.ts';

/** What a command did. */
interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Every reason why a command did not do what it must; none when it did. Throws FND_BAD_DATA for an unknown name in braces. */
export function reasonsAgainstCommand(
  probe: Pick<CommandProbe, 'exit' | 'stdout' | 'stderr'>,
  result: CommandResult,
  facts: ImageFacts,
): string[] {
  const exits = [probe.exit].flat();
  return [
    ...(exits.includes(result.exitCode)
      ? []
      : [`the exit code is ${result.exitCode}, expected ${exits.join(' or ')}`]),
    ...reasonsAgainstText('standard output', probe.stdout ?? { all: [] }, result.stdout, facts),
    ...reasonsAgainstText('standard error', probe.stderr ?? { all: [] }, result.stderr, facts),
  ];
}

/** Every reason why a text does not hold the lines it must. `what` names the text. Throws FND_BAD_DATA for an unknown name in braces. */
export function reasonsAgainstText(what: string, expected: Lines, text: string, facts: ImageFacts): string[] {
  const lines = linesOf(text);
  if ('all' in expected) return reasonsAgainstAll(what, inLines(expected.all, facts), lines, facts);
  const missing = inLines(expected.some, facts).filter(
    (line) => !lines.some((found) => fitsLine(line, found, facts)),
  );
  const forbidden = lines.filter((found) =>
    (expected.none ?? []).some((line) => fitsLine(line, found, facts)),
  );
  const seen = missing.length === 0 ? '' : `; it is ${shown(lines)}`;
  return [
    ...missing.map((line) => `${what} has no line ${written(line, facts)}${seen}`),
    ...forbidden.map((found) => `${what} has the line ${JSON.stringify(found)}, which must not be there`),
  ];
}

/** A text with what is expected of the image in place of the names in braces. Throws FND_BAD_DATA for what nobody knows. */
export function filled(text: string, facts: ImageFacts): string {
  return text.replaceAll(/\{(\w+)\}/g, (braced, name: string) => {
    const fact = Object.hasOwn(facts, name) ? facts[name as keyof ImageFacts] : undefined;
    if (fact !== undefined) return fact;
    throw new FoundryError('FND_BAD_DATA', `a check names ${braced}, which nobody knows`, {
      hint: 'What is expected of an image stands in the record of its release.',
    });
  });
}

/** The lines with those that stand for many in place of these. */
function inLines(lines: readonly Line[], facts: ImageFacts): Line[] {
  return lines.flatMap<Line>((line) => (typeof line === 'string' ? filled(line, facts).split('\n') : line));
}

function reasonsAgainstAll(
  what: string,
  expected: readonly Line[],
  lines: readonly string[],
  facts: ImageFacts,
): string[] {
  const length = Math.max(expected.length, lines.length);
  for (let index = 0; index < length; index += 1) {
    const [wanted, found] = [expected[index], lines[index]];
    if (wanted !== undefined && found !== undefined && fitsLine(wanted, found, facts)) continue;
    const should = wanted === undefined ? 'the end' : written(wanted, facts);
    const is = found === undefined ? 'missing' : JSON.stringify(found);
    return [`line ${index + 1} of ${what} is ${is}, expected ${should}; it is ${shown(lines)}`];
  }
  return [];
}

/** Whether a line is what is expected. A pattern stands for a whole line, whoever wrote it: it is anchored here. */
export function fitsLine(line: Line, found: string, facts: ImageFacts): boolean {
  if (typeof line === 'string') return found === filled(line, facts);
  return wholeLine(line).test(found);
}

/** Made once a pattern: evp_test says up to 130,000 lines. */
const WHOLE_LINES = new WeakMap<RegExp, RegExp>();

function wholeLine(line: RegExp): RegExp {
  const known = WHOLE_LINES.get(line);
  if (known !== undefined) return known;
  const made = new RegExp(`^(?:${line.source})$`, line.flags.replaceAll(/[gmy]/g, ''));
  WHOLE_LINES.set(line, made);
  return made;
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function written(line: Line, facts: ImageFacts): string {
  return typeof line === 'string' ? JSON.stringify(filled(line, facts)) : String(line);
}

const MOST_SHOWN = 2000;

function shown(lines: readonly string[]): string {
  if (lines.length === 0) return 'empty';
  const text = lines.join('\n');
  return `\n${text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text}`;
}
