import { errorAt, positionOf, type SourceText, type Span } from './source-text.ts';
import type { HclBlock, HclBody, HclEntry, HclFile, HclValue } from './tree.ts';
import { readTokens, type Mark, type Token } from './tokens.ts';

/** How deep blocks, lists and objects may stand in each other. */
const DEEPEST = 16;

/** Words that HCL gives a meaning of its own where a name could stand. */
const KEYWORDS = new Set(['true', 'false', 'null', 'for']);

/**
 * Reads the part of HCL that our own files use, and nothing else (docs/versions.md names it). Every text either gives a tree
 * whose spans point into the text, or throws FND_BAD_PINS with file, line, column and the line itself; the time is linear in
 * the length. What it accepts, the reference implementation reads as the same values.
 */
export function parseHcl(text: string, file: string): HclFile {
  const source = { file, text };
  const { tokens, comments } = readTokens(source);
  const parser = new Parser(source, tokens);
  return { source, body: parser.body('end', 0), comments };
}

class Parser {
  readonly #source: SourceText;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(source: SourceText, tokens: readonly Token[]) {
    this.#source = source;
    this.#tokens = tokens;
  }

  body(until: 'end' | '}', depth: number): HclBody {
    const items: (HclEntry | HclBlock)[] = [];
    const names = new Names(this.#source);
    for (;;) {
      this.#skipNewlines();
      if (until === 'end' ? this.#peek().kind === 'end' : this.#isMark('}')) return { items };
      const item = this.#bodyItem(depth);
      if (item.kind === 'entry') names.addEntry(item);
      else names.addBlock(item);
      items.push(item);
    }
  }

  #bodyItem(depth: number): HclEntry | HclBlock {
    const name = this.#next();
    if (name.kind !== 'identifier') throw this.#unexpected(name, 'the name of an attribute or a block');
    if (!this.#isMark('=')) return this.#block(name.name, name, depth);
    this.#next();
    const value = this.#value(depth);
    const end = this.#next();
    if (end.kind === 'newline' || end.kind === 'end') return entry(name.name, name, value);
    throw this.#unexpected(end, 'the end of the line after the value');
  }

  #block(type: string, first: Span, depth: number): HclBlock {
    const labels: string[] = [];
    while (!this.#isMark('{')) {
      const label = this.#next();
      if (label.kind === 'string') labels.push(label.value);
      else if (label.kind === 'identifier') labels.push(label.name);
      else
        throw this.#unexpected(
          label,
          labels.length === 0 ? `= or { after ${type}` : `{ after the labels of ${type}`,
        );
    }
    this.#goDeeper(depth);
    const open = this.#next();
    const next = this.#peek();
    if (next.kind !== 'newline' && !this.#isMark('}')) {
      throw this.#unexpected(next, 'the end of the line: what a block holds stands on lines of its own');
    }
    const body = this.body('}', depth + 1);
    const close = this.#next();
    const end = this.#next();
    if (end.kind !== 'newline' && end.kind !== 'end')
      throw this.#unexpected(end, 'the end of the line after }');
    const braces = { start: open.start, end: close.end };
    return { kind: 'block', type, labels, body, span: { start: first.start, end: close.end }, braces };
  }

  #value(depth: number): HclValue {
    const token = this.#next();
    const span = { start: token.start, end: token.end };
    switch (token.kind) {
      case 'string':
        return { kind: 'string', value: token.value, span };
      case 'number':
        return { kind: 'number', value: token.value, span };
      case 'identifier':
        return { kind: 'boolean', value: this.#boolean(token.name, token), span };
      case 'mark':
        if (token.mark === '[') return this.#list(token, depth);
        if (token.mark === '{') return this.#object(token, depth);
        throw this.#unexpected(token, 'a value');
      case 'newline':
      case 'end':
      default:
        throw this.#unexpected(token, 'a value');
    }
  }

  #boolean(name: string, token: Token): boolean {
    if (name === 'true') return true;
    if (name === 'false') return false;
    if (name === 'null') {
      const hint = 'Leave the attribute out: what is not there is not set.';
      throw errorAt(this.#source, token.start, 'null is not part of the HCL we read', hint);
    }
    const hint = `A text is written in quotes: "${name}".`;
    throw errorAt(
      this.#source,
      token.start,
      `${name} is a reference; references are not part of the HCL we read`,
      hint,
    );
  }

  #list(open: Token, depth: number): HclValue {
    this.#goDeeper(depth);
    const items: HclValue[] = [];
    for (;;) {
      this.#skipNewlines();
      if (!this.#isMark(']')) items.push(this.#value(depth + 1));
      this.#skipNewlines();
      const next = this.#next();
      if (isMark(next, ']')) return { kind: 'list', items, span: { start: open.start, end: next.end } };
      if (!isMark(next, ',') || items.length === 0) throw this.#unexpected(next, ', or ] in a list');
    }
  }

  #object(open: Token, depth: number): HclValue {
    this.#goDeeper(depth);
    const entries: HclEntry[] = [];
    const names = new Names(this.#source);
    for (;;) {
      this.#skipNewlines();
      if (this.#isMark('}')) break;
      const found = this.#objectEntry(depth);
      names.addEntry(found);
      entries.push(found);
    }
    const close = this.#next();
    return { kind: 'object', entries, span: { start: open.start, end: close.end } };
  }

  #objectEntry(depth: number): HclEntry {
    const key = this.#next();
    if (key.kind !== 'identifier' && key.kind !== 'string')
      throw this.#unexpected(key, 'a name in an object');
    const name = key.kind === 'identifier' ? key.name : key.value;
    if (key.kind === 'identifier' && KEYWORDS.has(name)) {
      throw errorAt(this.#source, key.start, `${name} is a word of HCL; as a name it is written "${name}"`);
    }
    const equals = this.#next();
    if (!isMark(equals, '=')) throw this.#unexpected(equals, `= after ${name}`);
    const value = this.#value(depth + 1);
    if (this.#isMark('}')) return entry(name, key, value);
    const separator = this.#next();
    if (separator.kind === 'newline' || isMark(separator, ',')) return entry(name, key, value);
    throw this.#unexpected(separator, 'a comma, the end of the line or } in an object');
  }

  #goDeeper(depth: number): void {
    if (depth < DEEPEST) return;
    throw errorAt(this.#source, this.#peek().start, `this is nested deeper than ${DEEPEST} levels`);
  }

  #skipNewlines(): void {
    while (this.#peek().kind === 'newline') this.#at += 1;
  }

  #isMark(mark: Mark): boolean {
    return isMark(this.#peek(), mark);
  }

  #peek(): Token {
    const token = this.#tokens[Math.min(this.#at, this.#tokens.length - 1)];
    if (token === undefined) throw new Error('a token list ends with the token `end`');
    return token;
  }

  #next(): Token {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }

  #unexpected(token: Token, wanted: string): Error {
    return errorAt(this.#source, token.start, `expected ${wanted}, found ${describe(token)}`);
  }
}

/** The names of one body or object: each may stand there once. */
class Names {
  readonly #source: SourceText;
  readonly #entries = new Map<string, number>();
  readonly #blocks = new Map<string, number>();
  readonly #labelCounts = new Map<string, number>();

  constructor(source: SourceText) {
    this.#source = source;
  }

  addEntry({ name, nameSpan: { start } }: HclEntry): void {
    if (name === '__proto__') throw errorAt(this.#source, start, '__proto__ is not a name we allow');
    const first = this.#entries.get(name);
    if (first !== undefined) throw this.#twice(name, start, first);
    if (this.#labelCounts.has(name)) throw this.#both(name, start);
    this.#entries.set(name, start);
  }

  addBlock({ type, labels, span: { start } }: HclBlock): void {
    if (type === '__proto__' || labels.includes('__proto__')) {
      throw errorAt(this.#source, start, '__proto__ is not a name we allow');
    }
    if (this.#entries.has(type)) throw this.#both(type, start);
    const count = this.#labelCounts.get(type);
    if (count !== undefined && count !== labels.length) {
      throw errorAt(this.#source, start, `${type} has ${labels.length} labels here and ${count} above`);
    }
    const key = JSON.stringify([type, ...labels]);
    const first = this.#blocks.get(key);
    if (first !== undefined) throw this.#twice([type, ...labels].join(' '), start, first);
    this.#labelCounts.set(type, labels.length);
    this.#blocks.set(key, start);
  }

  #twice(name: string, start: number, first: number): Error {
    const { line } = positionOf(this.#source, first);
    return errorAt(this.#source, start, `${name} is here for the second time; the first is on line ${line}`);
  }

  #both(name: string, start: number): Error {
    return errorAt(this.#source, start, `${name} cannot be both an attribute and a block`);
  }
}

function entry(name: string, nameSpan: Span, value: HclValue): HclEntry {
  return { kind: 'entry', name, nameSpan: { start: nameSpan.start, end: nameSpan.end }, value };
}

function isMark(token: Token, mark: Mark): boolean {
  return token.kind === 'mark' && token.mark === mark;
}

function describe(token: Token): string {
  switch (token.kind) {
    case 'identifier':
      return token.name;
    case 'string':
      return 'a string';
    case 'number':
      return `the number ${token.value}`;
    case 'mark':
      return token.mark;
    case 'newline':
      return 'the end of the line';
    case 'end':
      return 'the end of the file';
    default:
      return token satisfies never;
  }
}
