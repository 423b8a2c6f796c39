import { addBlocks, type NewBlock, removeBlock } from './block-splices.ts';
import type { HclEdit } from './edit.ts';
import { indentAt, lineEndAfter, newlineOf, ownLineStart } from './lines.ts';
import { entriesIn, findContainer, findEntry, placeOf, type Container, type HclPath } from './locate.ts';
import { samePlain, valueToPlain, type PlainValue } from './plain.ts';
import { compareNames, renderValue } from './render.ts';
import { errorAt } from './source-text.ts';
import type { Splice } from './splice.ts';
import { renderString } from './string-literal.ts';
import type { HclEntry, HclFile } from './tree.ts';

const ONE_A_LINE = 'Write one entry a line, so that lines can come and go.';

/** The splices of all edits, against the text as it is. Throws FND_BAD_PINS for an edit that does not fit the file. */
export function splicesFor(file: HclFile, edits: readonly HclEdit[]): Splice[] {
  const splices: Splice[] = [];
  const additions = new Map<string, Addition[]>();
  const blocks: NewBlock[] = [];
  for (const edit of edits) {
    if (edit.op === 'replace') splices.push(...replace(file, edit.path, edit.value));
    else if (edit.op === 'remove') splices.push(remove(file, edit.path));
    else if (edit.op === 'add-block') blocks.push(edit);
    else if (edit.op === 'remove-block') splices.push(removeBlock(file, edit.path));
    else {
      const parent = JSON.stringify(edit.path.slice(0, -1));
      additions.set(parent, [...(additions.get(parent) ?? []), checkedAddition(file, edit.path, edit.value)]);
    }
  }
  for (const group of additions.values()) splices.push(...add(file, group));
  return [...splices, ...addBlocks(file, blocks)];
}

function replace(file: HclFile, path: HclPath, value: PlainValue): Splice[] {
  const { value: old } = presentEntry(file, path);
  if (samePlain(valueToPlain(old), value)) return [];
  const { start, end } = old.span;
  if (file.comments.some((comment) => comment.start >= start && comment.end <= end)) {
    throw errorAt(
      file.source,
      start,
      `a new value for ${path.join('.')} would lose the comment inside the old one`,
    );
  }
  return [{ start, end, text: renderValue(value, indentAt(file, start), newlineOf(file)) }];
}

function remove(file: HclFile, path: HclPath): Splice {
  const entry = presentEntry(file, path);
  const start = ownLineStart(file, entry.nameSpan.start);
  const end = lineEndAfter(file, entry.value.span.end);
  if (start === undefined || end === undefined) throw notAlone(file, entry);
  return { start, end, text: '' };
}

interface Addition {
  readonly name: string;
  readonly value: PlainValue;
  readonly container: Container;
}

function checkedAddition(file: HclFile, path: HclPath, value: PlainValue): Addition {
  const container = findContainer(file, path.slice(0, -1));
  const name = String(path.at(-1));
  const place = placeOf(file, path.slice(0, -1)).start;
  if (container === undefined)
    throw errorAt(file.source, place, `there is no place to add ${path.join('.')} to`);
  if (findEntry(file, path) !== undefined || findContainer(file, path) !== undefined) {
    throw errorAt(file.source, placeOf(file, path).start, `${path.join('.')} is already there`);
  }
  return { name, value, container };
}

/** Adds entries to one container, each on a line of its own. */
function add(file: HclFile, additions: readonly Addition[]): Splice[] {
  const container = additions[0]?.container;
  if (container === undefined) return [];
  const entries = entriesIn(container);
  const isSorted =
    container.kind === 'object' && entries.every((entry, index) => !isBefore(entry, entries[index - 1]));
  const ordered = isSorted ? additions.toSorted((a, b) => compareNames(a.name, b.name)) : additions;
  const lines = new Map<HclEntry | undefined, string>();
  for (const addition of ordered) {
    const before = isSorted ? entries.findLast((entry) => entry.name < addition.name) : entries.at(-1);
    lines.set(before, (lines.get(before) ?? '') + lineFor(file, addition, before ?? entries[0]));
  }
  return [...lines].map(([before, text]) => insertAfter(file, container, before, text));
}

function insertAfter(
  file: HclFile,
  container: Container,
  before: HclEntry | undefined,
  text: string,
): Splice {
  if (before === undefined) return insertFirst(file, container, text);
  const at = lineEndAfter(file, before.value.span.end);
  if (at === undefined) throw notAlone(file, before);
  const isAfterNewline = file.source.text[at - 1] === '\n';
  return { start: at, end: at, text: isAfterNewline ? text : newlineOf(file) + text };
}

function insertFirst(file: HclFile, container: Container, text: string): Splice {
  if (container.kind === 'file') return { start: 0, end: 0, text };
  const braces = container.kind === 'block' ? container.block.braces : container.object.span;
  const at = lineEndAfter(file, braces.start + 1, '');
  const first = entriesIn(container)[0];
  if (at !== undefined && at < braces.end) return { start: at, end: at, text };
  if (first !== undefined) throw notAlone(file, first);
  const inside = { start: braces.start + 1, end: braces.end - 1 };
  if (file.source.text.slice(inside.start, inside.end).trim() !== '') {
    throw errorAt(file.source, braces.start, 'there is no line to add an entry on', ONE_A_LINE);
  }
  return { ...inside, text: newlineOf(file) + text + indentAt(file, braces.start) };
}

function lineFor(file: HclFile, addition: Addition, neighbour: HclEntry | undefined): string {
  const { container, name, value } = addition;
  const indent = indentIn(file, container);
  const isObject = container.kind === 'object';
  const shown = isObject ? renderString(name) : name;
  const width = neighbour === undefined || isObject ? 0 : equalsColumn(file, neighbour);
  const newline = newlineOf(file);
  return `${indent}${shown.padEnd(width - 1)} = ${renderValue(value, indent, newline)}${newline}`;
}

/** How far the = of an entry stands from where its name begins. */
function equalsColumn(file: HclFile, { nameSpan, value }: HclEntry): number {
  const between = /^ *(?==)/.exec(file.source.text.slice(nameSpan.end, value.span.start));
  return between === null ? 0 : nameSpan.end - nameSpan.start + between[0].length;
}

function indentIn(file: HclFile, container: Container): string {
  if (container.kind === 'file') return '';
  const first = container.kind === 'object' ? container.object.entries[0] : container.body.items[0];
  const braces = container.kind === 'block' ? container.block.braces : container.object.span;
  if (first === undefined) return `${indentAt(file, braces.start)}  `;
  return indentAt(file, first.kind === 'entry' ? first.nameSpan.start : first.span.start);
}

function presentEntry(file: HclFile, path: HclPath): HclEntry {
  const entry = findEntry(file, path);
  if (entry === undefined)
    throw errorAt(file.source, placeOf(file, path).start, `there is no ${path.join('.')} here`);
  return entry;
}

function notAlone(file: HclFile, entry: HclEntry): Error {
  return errorAt(
    file.source,
    entry.nameSpan.start,
    `${entry.name} does not stand alone on its line`,
    ONE_A_LINE,
  );
}

function isBefore(entry: HclEntry, previous: HclEntry | undefined): boolean {
  return previous !== undefined && entry.name < previous.name;
}
