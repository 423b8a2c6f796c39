import { errorAt, type SourceText, type Span } from './source-text.ts';
import { readString } from './string-literal.ts';

/** The longest file we read, in UTF-16 units. */
const LONGEST_FILE = 1024 * 1024;

const IDENTIFIER = /[A-Za-z_][A-Za-z0-9_-]*/y;
const WORD = /[A-Za-z0-9_.+-]*/y;
const WHOLE_NUMBER = /^(?:0|[1-9][0-9]{0,14})$/;

export type Mark = '{' | '}' | '[' | ']' | '=' | ',';

/** The smallest pieces of a file. Spaces and comments are not tokens; a `#` or `//` comment ends before its newline. */
export type Token = Span &
  (
    | { readonly kind: 'identifier'; readonly name: string }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'mark'; readonly mark: Mark }
    | { readonly kind: 'newline' }
    | { readonly kind: 'end' }
  );

/** What a file is made of; comments stand apart, in their order. */
export interface TokenList {
  readonly tokens: readonly Token[];
  readonly comments: readonly Span[];
}

/** Splits a text into tokens in one pass. Throws FND_BAD_PINS with line and column for anything outside our subset of HCL. */
export function readTokens(source: SourceText): TokenList {
  checkText(source);
  const { text } = source;
  const tokens: Token[] = [];
  const comments: Span[] = [];
  let at = 0;
  while (at < text.length) {
    const comment = readComment(source, at);
    if (comment !== undefined) {
      comments.push(comment);
      at = comment.end;
    } else if (text[at] === ' ' || text[at] === '\t') {
      at += 1;
    } else {
      const token = readToken(source, at);
      tokens.push(token);
      at = token.end;
    }
  }
  tokens.push({ kind: 'end', start: text.length, end: text.length });
  return { tokens, comments };
}

function checkText(source: SourceText): void {
  const { text } = source;
  if (text.length > LONGEST_FILE) {
    throw errorAt(source, 0, `the file has ${text.length} characters, more than ${LONGEST_FILE}`);
  }
  if (text.startsWith('\uFEFF'))
    throw errorAt(source, 0, 'a byte order mark is not allowed; save the file without it');
  const control = /(?![\t\r\n])\p{Cc}|\r(?!\n)/u.exec(text);
  if (control !== null) {
    const code = text.charCodeAt(control.index).toString(16).toUpperCase().padStart(4, '0');
    throw errorAt(source, control.index, `the control character U+${code} is not allowed`);
  }
  const lone = text.isWellFormed() ? null : /\p{Surrogate}/u.exec(text);
  if (lone !== null) throw errorAt(source, lone.index, 'half of a surrogate pair is not a character');
}

function readComment(source: SourceText, start: number): Span | undefined {
  const { text } = source;
  if (text.startsWith('/*', start)) {
    const close = text.indexOf('*/', start + 2);
    if (close === -1) throw errorAt(source, start, 'this comment is not closed; */ is missing');
    return { start, end: close + 2 };
  }
  if (text[start] !== '#' && !text.startsWith('//', start)) return undefined;
  const newline = text.indexOf('\n', start);
  if (newline === -1) return { start, end: text.length };
  return { start, end: text[newline - 1] === '\r' ? newline - 1 : newline };
}

function readToken(source: SourceText, start: number): Token {
  const { text } = source;
  const character = text[start] ?? '';
  if (character === '"') return { kind: 'string', start, ...readString(source, start) };
  if (character === '\n') return { kind: 'newline', start, end: start + 1 };
  if (character === '\r') return { kind: 'newline', start, end: start + 2 };
  if (isMark(character)) return { kind: 'mark', mark: character, start, end: start + 1 };
  const name = match(IDENTIFIER, text, start);
  if (name !== '') return { kind: 'identifier', name, start, end: start + name.length };
  if (character >= '0' && character <= '9') return readNumber(source, start);
  throw errorAt(source, start, reasonAgainst(text, start));
}

function readNumber(source: SourceText, start: number): Token {
  const word = match(WORD, source.text, start);
  if (WHOLE_NUMBER.test(word))
    return { kind: 'number', value: Number(word), start, end: start + word.length };
  throw errorAt(
    source,
    start,
    `${JSON.stringify(word.slice(0, 40))} is not a number we read: whole, without leading zeros, at most 15 digits`,
    'Write anything else, such as a version, as a quoted string.',
  );
}

function isMark(character: string): character is Mark {
  return character !== '' && '{}[]=,'.includes(character);
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function reasonAgainst(text: string, start: number): string {
  if (text.startsWith('<<', start))
    return 'a heredoc (<<) is not part of the HCL we read; write a quoted string';
  const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
  switch (character) {
    case "'":
      return 'a string is written in double quotes';
    case '-':
      return 'a negative number or a subtraction is not part of the HCL we read';
    case '(':
      return 'parentheses and function calls are not part of the HCL we read';
    case ':':
      return 'an entry is written name = value, not name : value';
    default:
      return `${JSON.stringify(character)} is not part of the HCL we read`;
  }
}
