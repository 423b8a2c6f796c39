import { describe, expect, it } from 'vitest';
import { FoundryError } from '../../../domain/errors.ts';
import { parseHcl } from '../../../domain/hcl/parse.ts';
import { toPlain } from '../../../domain/hcl/plain.ts';

const EVERYTHING = `# a comment
schema = 1 // another
on     = true
/* a comment
   of two lines */
packages "build" tools {
  roots = [
    "gcc", # why
    "make",
  ]
  versions = {
    "libstdc++" = "15.2.0-r1", bash = "5.3-r2"
    zlib        = "1.3.1-r5"
  }
  empty {}
  text = "a \\"b\\" \\\\ \\t \\u00e9 \\U0001F512 $ % $$"
}
`;

function read(text: string): unknown {
  return toPlain(parseHcl(text, 'x.hcl').body);
}

function refusal(text: string): FoundryError {
  try {
    parseHcl(text, 'x.hcl');
  } catch (error) {
    if (error instanceof FoundryError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(text)} was read`);
}

describe('parseHcl', () => {
  it('reads comments, blocks with labels, strings, numbers, booleans, lists and objects', () => {
    expect(read(EVERYTHING)).toEqual({
      schema: 1,
      on: true,
      packages: {
        build: {
          tools: {
            roots: ['gcc', 'make'],
            versions: { 'libstdc++': '15.2.0-r1', bash: '5.3-r2', zlib: '1.3.1-r5' },
            empty: {},
            text: 'a "b" \\ \t é 🔒 $ % $$',
          },
        },
      },
    });
  });

  it.each([
    ['', {}],
    ['a = 1', { a: 1 }],
    ['a = 1 # c', { a: 1 }],
    ['b {}', { b: {} }],
    ['b {\n}', { b: {} }],
    ['a = []\n', { a: [] }],
    ['a = [\n\n"x"\n,\n]\n', { a: ['x'] }],
    ['a = {\r\n b = 1\r\n}\r\n', { a: { b: 1 } }],
    ['a = {b=1,\n\n c=2,}\n', { a: { b: 1, c: 2 } }],
    ['a = { "true" = 1 }', { a: { true: 1 } }],
  ])('reads %j', (text, values) => {
    expect(read(text)).toEqual(values);
  });

  it('keeps where each thing stands', () => {
    const { body } = parseHcl('a = 1\nb = "two" # c\n', 'x.hcl');

    expect(body.items.map((item) => (item.kind === 'entry' ? item.value.span : undefined))).toEqual([
      { start: 4, end: 5 },
      { start: 10, end: 15 },
    ]);
  });
});

describe('what parseHcl refuses, with its place and reason', () => {
  it.each([
    ['a = <<EOT\nx\nEOT\n', '1:5', 'a heredoc (<<) is not part of the HCL we read'],
    ['a = <<-EOT\nx\nEOT\n', '1:5', 'a heredoc (<<)'],
    ['a = "x${b}"', '1:7', 'an interpolation (${)'],
    ['a = "$${b}"', '1:7', 'an interpolation (${)'],
    ['a = "%{if b}"', '1:6', 'a template directive (%{)'],
    ['b "${c}" {}', '1:4', 'an interpolation (${)'],
    ['a = null', '1:5', 'null is not part of the HCL we read'],
    ['a = var', '1:5', 'var is a reference'],
    ['a = var.b', '1:8', '"." is not part of the HCL we read'],
    ['a = f(1)', '1:6', 'parentheses and function calls'],
    ['a = -1', '1:5', 'a negative number or a subtraction'],
    ['a = 1.5', '1:5', '"1.5" is not a number we read'],
    ['a = 01', '1:5', '"01" is not a number we read'],
    ['a = 1e3', '1:5', '"1e3" is not a number we read'],
    ['a = 9999999999999999', '1:5', 'at most 15 digits'],
    ['a = 1 + 2', '1:7', '"+" is not part of the HCL we read'],
    ['a = b ? 1 : 2', '1:7', '"?" is not part of the HCL we read'],
    ["a = 'x'", '1:5', 'a string is written in double quotes'],
    ['a = "x\n', '1:5', 'this string does not end on its line'],
    ['a = "x', '1:5', 'this string does not end on its line'],
    ['a = "\\q"', '1:6', 'this escape is unknown'],
    ['a = "\\u12"', '1:6', '\\u needs 4 hex digits'],
    ['a = "\\uD800"', '1:6', '\\u needs 4 hex digits that name a Unicode character'],
    ['a = "\\U00110000"', '1:6', '\\U needs 8 hex digits'],
    ['a = "\t"', '1:6', 'a tab in a string is written \\t'],
    ['a = "e\u0301"', '1:5', 'not in the Unicode form NFC'],
    [`a = "a${'\\u0301'.repeat(31)}"`, '1:5', 'more than 30 combining marks'],
    ['a = "\uD800"', '1:6', 'half of a surrogate pair'],
    ['\uFEFFa = 1', '1:1', 'a byte order mark'],
    ['a = 1\n\u001b[2J', '2:1', 'the control character U+001B'],
    ['a = 1\rb = 2', '1:6', 'the control character U+000D'],
    ['/* x', '1:1', 'this comment is not closed'],
    ['a = 1 b = 2', '1:7', 'expected the end of the line after the value, found b'],
    ['a =\n1', '1:4', 'expected a value, found the end of the line'],
    ['a = ', '1:5', 'expected a value, found the end of the file'],
    ['a', '1:2', 'expected = or { after a, found the end of the file'],
    ['a 5 {}', '1:3', 'expected = or { after a, found the number 5'],
    ['"a" = 1', '1:1', 'expected the name of an attribute or a block, found a string'],
    ['b { a = 1 }', '1:5', 'what a block holds stands on lines of its own'],
    ['b {\na = 1\n', '3:1', 'expected the name of an attribute or a block, found the end of the file'],
    ['b {} c {}', '1:6', 'expected the end of the line after }, found c'],
    ['}', '1:1', 'expected the name of an attribute or a block, found }'],
    ['a = [1 2]', '1:8', 'expected , or ] in a list, found the number 2'],
    ['a = [,]', '1:6', 'expected a value, found ,'],
    ['a = [1,,]', '1:8', 'expected a value, found ,'],
    ['a = {b : 1}', '1:8', 'an entry is written name = value, not name : value'],
    ['a = {b = 1 c = 2}', '1:12', 'expected a comma, the end of the line or } in an object, found c'],
    ['a = {b = 1\n, c = 2}', '2:1', 'expected a name in an object, found ,'],
    ['a = {for = 1}', '1:6', 'for is a word of HCL; as a name it is written "for"'],
    ['a = {b = }', '1:10', 'expected a value, found }'],
    ['a = 1\na = 2', '2:1', 'a is here for the second time; the first is on line 1'],
    ['a = {b = 1, "b" = 2}', '1:13', 'b is here for the second time'],
    ['b "x" {}\nb "x" {}', '2:1', 'b x is here for the second time'],
    ['b "x" {}\nb {}', '2:1', 'b has 0 labels here and 1 above'],
    ['b {}\nb = 1', '2:1', 'b cannot be both an attribute and a block'],
    ['b = 1\nb {}', '2:1', 'b cannot be both an attribute and a block'],
    ['__proto__ = 1', '1:1', '__proto__ is not a name we allow'],
    ['b "__proto__" {}', '1:1', '__proto__ is not a name we allow'],
    [`a = ${'['.repeat(17)}${']'.repeat(17)}`, '1:22', 'nested deeper than 16 levels'],
    [`${'b {\n'.repeat(17)}${'}\n'.repeat(17)}`, '17:3', 'nested deeper than 16 levels'],
  ])('%j', (text, place, reason) => {
    const error = refusal(text);

    expect(error.code).toBe('FND_BAD_PINS');
    expect(error.message).toMatch(new RegExp(`^x\\.hcl:${place}: `));
    expect(error.message).toContain(reason);
  });

  it('shows the line with a caret under the place, and says what to write', () => {
    const error = refusal('core {\n\tversion = "1"\n\tsha256  = null # later\n}\n');

    expect(error.message).toBe(
      [
        'x.hcl:3:12: null is not part of the HCL we read',
        '  3 | \tsha256  = null # later',
        '    | \t          ^',
      ].join('\n'),
    );
    expect(error.hint).toBe('Leave the attribute out: what is not there is not set.');
  });

  it('does not repeat control characters to a terminal, nor endless lines', () => {
    const error = refusal(`a = "${'x'.repeat(5000)}\u009b31m" ?`);

    expect(error.message).toContain('x�31m');
    expect(error.message.length).toBeLessThan(600);
  });

  it('refuses a file that is too large before it reads it', () => {
    expect(refusal(`a = "${'x'.repeat(1024 * 1024)}"`).message).toContain('more than 1048576');
  });
});
