import { newlineOf, lineEndAfter, ownLineStart } from './lines.ts';
import { findContainer, findEntry, placeOf } from './locate.ts';
import type { PlainObject } from './plain.ts';
import { renderValue } from './render.ts';
import { errorAt } from './source-text.ts';
import type { Splice } from './splice.ts';
import { renderString } from './string-literal.ts';
import { blocksOf, type HclBlock, type HclFile } from './tree.ts';

const INDENT = '  ';

/** A block that comes: its type and labels, and its attributes in their order. */
export interface NewBlock {
  readonly path: readonly string[];
  readonly value: PlainObject;
}

/** Writes blocks at the end of a file, an empty line before each. Throws FND_BAD_PINS for one that is there. */
export function addBlocks(file: HclFile, blocks: readonly NewBlock[]): Splice[] {
  if (blocks.length === 0) return [];
  const { text } = file.source;
  const newline = newlineOf(file);
  let added = text === '' || text.endsWith('\n') ? '' : newline;
  for (const { path, value } of blocks) {
    if (findEntry(file, path) !== undefined || findContainer(file, path) !== undefined)
      throw errorAt(file.source, placeOf(file, path).start, `${path.join('.')} is already there`);
    added += (text === '' && added === '' ? '' : newline) + renderBlock(path, value, newline);
  }
  return [{ start: text.length, end: text.length, text: added }];
}

/**
 * Takes a block of the file with its lines, and the empty line before it where one follows or nothing does. Throws FND_BAD_PINS for one
 * that is not there, shares a line with something else, or has a comment in it.
 */
export function removeBlock(file: HclFile, path: readonly string[]): Splice {
  const { source, comments } = file;
  const block = blocksOf(file.body).find((one) => isAt(one, path));
  if (block === undefined)
    throw errorAt(source, placeOf(file, path).start, `there is no ${path.join('.')} here`);
  const { start, end } = block.span;
  if (comments.some((comment) => comment.start >= start && comment.end <= end)) {
    const reason = `without ${path.join('.')} the comment inside it would be lost`;
    throw errorAt(source, start, reason, 'Take it out by hand, and keep what the comment says.');
  }
  const [first, last] = [ownLineStart(file, start), lineEndAfter(file, end, '')];
  if (first === undefined || last === undefined)
    throw errorAt(source, start, `${path.join('.')} does not stand alone on its lines`);
  return { start: startWithEmptyLine(source.text, first, last), end: last, text: '' };
}

function isAt({ type, labels }: HclBlock, path: readonly string[]): boolean {
  return [type, ...labels].length === path.length && [type, ...labels].every((name, at) => name === path[at]);
}

function startWithEmptyLine(text: string, start: number, end: number): number {
  const isFollowed = end < text.length && !/^\r?\n/.test(text.slice(end, end + 2));
  if (isFollowed) return start;
  const before = /(?<=^|\n)\r?\n$/.exec(text.slice(0, start));
  return before === null ? start : before.index;
}

function renderBlock([type = '', ...labels]: readonly string[], value: PlainObject, newline: string): string {
  const head = [type, ...labels.map((label) => renderString(label)), '{'].join(' ');
  const width = Math.max(0, ...Object.keys(value).map((name) => name.length));
  const lines = Object.entries(value).map(
    ([name, one]) => `${INDENT}${name.padEnd(width)} = ${renderValue(one, INDENT, newline)}`,
  );
  return [head, ...lines, '}', ''].join(newline);
}
