import { FoundryError } from '../errors.ts';

const WIDEST_LINE = 120;

/** A place in a text, counted from 1. Columns are Unicode code points. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** From `start` up to but without `end`, in UTF-16 units of the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A text with the name it is called by in errors: a path, or `versions.hcl at <commit>`. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** Where an offset is. Offsets beyond the text count as its end. */
export function positionOf(source: SourceText, offset: number): Position {
  const { line, start } = lineAt(source.text, offset);
  const before = source.text.slice(start, offset).replaceAll(/./gu, ' ');
  return { line, column: before.length + 1 };
}

/**
 * Says where something is wrong and shows it: `file:line:column: reason`, the line, and a caret under the place.
 * Control characters are shown as `�` and long lines are cut, so that a hostile file cannot write on a terminal.
 */
export function describeAt(source: SourceText, offset: number, reason: string): string {
  const { line, column } = positionOf(source, offset);
  const { start, end } = lineAt(source.text, offset);
  const before = printable(source.text.slice(Math.max(start, offset - WIDEST_LINE), offset));
  const after = printable(source.text.slice(offset, Math.min(end, offset + WIDEST_LINE)));
  const margin = String(line).length;
  const caret = `${before.replaceAll(/[^\t]/gu, ' ')}^`;
  return [
    `${source.file}:${line}:${column}: ${reason}`,
    `  ${line} | ${before}${after}`.trimEnd(),
    `  ${' '.repeat(margin)} | ${caret}`,
  ].join('\n');
}

/** The error for a place in an HCL file, FND_BAD_PINS. */
export function errorAt(source: SourceText, offset: number, reason: string, hint?: string): FoundryError {
  return new FoundryError(
    'FND_BAD_PINS',
    describeAt(source, offset, reason),
    hint === undefined ? {} : { hint },
  );
}

/** The offset at which the line of an offset begins. */
export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

function lineAt(text: string, offset: number): { line: number; start: number; end: number } {
  const start = lineStart(text, offset);
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < start; at = text.indexOf('\n', at + 1)) line += 1;
  const newline = text.indexOf('\n', offset);
  return { line, start, end: newline === -1 ? text.length : newline };
}

function printable(text: string): string {
  return text
    .replace(/\r$/u, '')
    .toWellFormed()
    .replaceAll(/[^\t\P{C}]/gu, '�');
}
