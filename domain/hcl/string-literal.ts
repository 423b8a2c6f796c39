import { errorAt, type SourceText } from './source-text.ts';

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };
const ESCAPED: Readonly<Record<string, string>> = {
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
  '"': String.raw`\"`,
  '\\': String.raw`\\`,
};
/** The limit of Unicode's Stream-Safe Text Format (UAX 15); without it, normalizing takes quadratic time. */
const TOO_MANY_MARKS = /\p{M}{31}/u;
const HEX = /^[0-9a-fA-F]+$/;

/**
 * Reads the quoted string that begins at `start`. Throws FND_BAD_PINS for one that does not end on its line, an unknown escape, an
 * interpolation or template directive (also in their escaped form), and a text that is not in Unicode's form NFC, because
 * other readers of HCL would change it.
 */
export function readString(source: SourceText, start: number): { value: string; end: number } {
  const { text } = source;
  let value = '';
  let at = start + 1;
  for (;;) {
    const character = text[at];
    if (character === undefined || character === '\n' || character === '\r') {
      throw errorAt(source, start, 'this string does not end on its line; the closing quote is missing');
    }
    if (character === '"') break;
    if (character === '\t') throw errorAt(source, at, String.raw`a tab in a string is written \t`);
    if (character === '\\') {
      const escape = readEscape(source, at);
      value += escape.value;
      at = escape.end;
    } else {
      if ((character === '$' || character === '%') && text[at + 1] === '{')
        throw noTemplate(source, at, character);
      value += character;
      at += 1;
    }
  }
  checkUnicodeForm(source, start, value);
  return { value, end: at + 1 };
}

/** A quoted string that {@link readString} reads as `value`. The value must be well-formed Unicode in form NFC. */
export function renderString(value: string): string {
  const escaped = value
    .replaceAll(/["\\]|\p{Cc}/gu, (character) => ESCAPED[character] ?? unicodeEscape(character.charCodeAt(0)))
    .replaceAll(/[$%](?=\{)/g, (sign) => unicodeEscape(sign.charCodeAt(0)));
  return `"${escaped}"`;
}

function checkUnicodeForm(source: SourceText, start: number, value: string): void {
  if (TOO_MANY_MARKS.test(value)) {
    throw errorAt(source, start, 'this string has more than 30 combining marks on one character');
  }
  if (value === value.normalize('NFC')) return;
  throw errorAt(
    source,
    start,
    'this string is not in the Unicode form NFC; type its accents as single characters',
  );
}

function readEscape(source: SourceText, at: number): { value: string; end: number } {
  const { text } = source;
  const letter = text[at + 1] ?? '';
  const simple = SIMPLE_ESCAPES[letter];
  if (simple !== undefined) return { value: simple, end: at + 2 };
  const length = { u: 4, U: 8 }[letter];
  if (length === undefined) {
    throw errorAt(
      source,
      at,
      'this escape is unknown',
      String.raw`Known are \n \r \t \" \\ \uXXXX and \UXXXXXXXX.`,
    );
  }
  const end = at + 2 + length;
  const digits = text.slice(at + 2, end);
  const code = digits.length === length && HEX.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  if (Number.isNaN(code) || code > 0x10ffff || isSurrogate) {
    throw errorAt(source, at, `\\${letter} needs ${length} hex digits that name a Unicode character`);
  }
  return { value: String.fromCodePoint(code), end };
}

function noTemplate(source: SourceText, at: number, sign: string): Error {
  const what = sign === '$' ? 'an interpolation' : 'a template directive';
  return errorAt(
    source,
    at,
    `${what} (${sign}{) is not part of the HCL we read`,
    `A literal ${sign}{ is written ${unicodeEscape(sign.charCodeAt(0))}{.`,
  );
}

function unicodeEscape(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
