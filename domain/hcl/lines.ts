import { lineStart } from './source-text.ts';
import type { HclFile } from './tree.ts';

/** The newline that a file is written with. */
export function newlineOf({ source: { text } }: HclFile): string {
  return text[text.indexOf('\n') - 1] === '\r' ? '\r\n' : '\n';
}

/** The white space that the line of an offset begins with. */
export function indentAt(file: HclFile, offset: number): string {
  return /^[ \t]*/.exec(file.source.text.slice(lineStart(file.source.text, offset), offset))?.[0] ?? '';
}

/** Where the line of an offset begins, or undefined when something stands before it on its line. */
export function ownLineStart({ source }: HclFile, offset: number): number | undefined {
  const start = lineStart(source.text, offset);
  return /^[ \t]*$/.test(source.text.slice(start, offset)) ? start : undefined;
}

/** The offset after the newline that ends the line, or undefined when more than `allowed` marks and comments comes before it. */
export function lineEndAfter(
  { source: { text }, comments }: HclFile,
  offset: number,
  allowed = ',',
): number | undefined {
  let at = offset;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === '\n') return at + 1;
    if (` \t\r${allowed}`.includes(character)) at += 1;
    else {
      const comment = comments.find(({ start }) => start === at);
      if (comment === undefined) return undefined;
      at = comment.end;
    }
  }
  return at;
}
