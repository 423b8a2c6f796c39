import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const DOCS = new URL('../../docs/', import.meta.url);

/** The text of a page below `docs/`. */
function pageText(page: string): string {
  return readFileSync(fileURLToPath(new URL(page, DOCS)), 'utf8');
}

/** A command line that a page shows. */
export interface ShownCommand {
  /** What comes after the name of the program. */
  readonly words: readonly string[];
  /** Whether it is to be typed as it stands; in the text a command may be named without all that it needs. */
  readonly isWhole: boolean;
}

/** The command lines of a program that a page shows. What is for the reader to fill in (`…`, `<40 digits>`) is the word `…`. */
export function shownCommands(page: string, program: string): ShownCommand[] {
  const text = pageText(page)
    .replaceAll('\\\n', ' ')
    .replaceAll(/<[^<>\n]+>/g, '…');
  const blocks = [...text.matchAll(/^```(?:sh)?\n(?<block>[^]*?)^```$/gm)].flatMap(({ groups }) =>
    (groups?.['block'] ?? '').split('\n'),
  );
  const inline = [...text.replaceAll(/^```[^]*?^```$/gm, '').matchAll(/`(?<line>[^`\n]+)`/g)].map(
    ({ groups }) => groups?.['line'] ?? '',
  );
  return [
    ...blocks.map((line) => ({ line, isWhole: true })),
    ...inline.map((line) => ({ line, isWhole: false })),
  ].flatMap(({ line, isWhole }) => {
    const [first, ...words] = wordsOf(line);
    return first === program && words.length > 0 ? [{ words, isWhole }] : [];
  });
}

/** The words of a line as a shell takes them, for lines without variables; a comment ends it. */
function wordsOf(line: string): string[] {
  const code = line.replace(/(?:^|\s)#.*$/, '');
  return [...code.matchAll(/"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<bare>\S+)/g)].map(
    ({ groups }) => groups?.['double'] ?? groups?.['single'] ?? groups?.['bare'] ?? '',
  );
}
