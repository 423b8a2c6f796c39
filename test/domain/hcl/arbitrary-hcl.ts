import * as fc from 'fast-check';
import type { PlainObject, PlainValue } from '../../../domain/hcl/plain.ts';
import { renderValue } from '../../../domain/hcl/render.ts';
import { renderString } from '../../../domain/hcl/string-literal.ts';

/** A document as text, with the values it must be read as. */
export interface Document {
  readonly text: string;
  readonly values: PlainObject;
}

/** Text that HCL can hold in a string: well-formed Unicode in form NFC. */
export const anyText = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({
      unit: fc.constantFrom('"', '\\', '$', '%', '{', '}', '\n', '\t', 'é', '🔒', 'a'),
      maxLength: 8,
    }),
  )
  .map((text) => text.normalize('NFC'));

/** Text that a label can be: all but the one that we refuse. */
export const anyLabel = anyText.filter((text) => text !== '__proto__');

const anyName = fc
  .stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,6}$/)
  .filter((name) => !['true', 'false', 'null', 'for', '__proto__'].includes(name));

const anyKey = fc.oneof(anyName, anyLabel);

/** A value of up to three levels. */
export const anyValue: fc.Arbitrary<PlainValue> = fc.letrec<{ value: PlainValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    anyText,
    fc.nat({ max: 999_999_999 }),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(anyKey, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

/** What a block of attributes holds. */
export const anyBlock: fc.Arbitrary<PlainObject> = fc.dictionary(anyName, anyValue, {
  maxKeys: 4,
  noNullPrototype: true,
});

const anyComment = fc.constantFrom('', ' # why', ' // "quoted" {', ' /* = [ */');
const anyOwnLine = fc.constantFrom('', '\n', '# a note\n', '  /* two\n   lines */\n', '\n\n');

interface Part {
  readonly name: string;
  readonly value: PlainValue;
  readonly text: string;
}

const anyAttribute: fc.Arbitrary<Part> = fc
  .record({
    name: anyName,
    value: anyValue,
    before: anyOwnLine,
    after: anyComment,
    spaces: fc.constantFrom(' ', '', '    '),
    indent: fc.constantFrom('', '  ', '\t'),
  })
  .map(({ name, value, before, after, spaces, indent }) => ({
    name,
    value,
    text: `${before}${indent}${name}${spaces}= ${renderValue(value, indent, '\n')}${after}\n`,
  }));

const anyBody: fc.Arbitrary<Document> = fc
  .uniqueArray(anyAttribute, { maxLength: 4, selector: (part) => part.name })
  .map((parts) => ({
    text: parts.map((part) => part.text).join(''),
    values: Object.fromEntries(parts.map((part) => [part.name, part.value])),
  }));

/** A whole file of attributes and labelled blocks, with comments anywhere and either form of newline. */
export const anyDocument: fc.Arbitrary<Document> = fc
  .record({
    root: anyBody,
    blocks: fc.uniqueArray(fc.record({ label: anyKey, body: anyBody }), {
      maxLength: 3,
      selector: (block) => block.label,
    }),
    newline: fc.constantFrom('\n', '\r\n'),
  })
  .filter(({ root }) => !Object.hasOwn(root.values, 'block'))
  .map(({ root, blocks, newline }) => {
    const rendered = blocks.map(({ label, body }) => `block ${renderString(label)} {\n${body.text}}\n`);
    const text = root.text + rendered.join('\n');
    const nested = Object.fromEntries(blocks.map(({ label, body }) => [label, body.values]));
    return {
      text: text.replaceAll('\n', newline),
      values: blocks.length === 0 ? root.values : { ...root.values, block: nested },
    };
  });

/** Text that is almost HCL: pieces of it in any order. */
export const almostHcl = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'a',
        ' = ',
        '"',
        '{',
        '}',
        '[',
        ']',
        ',',
        '\n',
        '1',
        ' ',
        '#',
        '/*',
        '*/',
        '\\',
        '${',
        '<<E',
        'true',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 40 },
  )
  .map((pieces) => pieces.join(''));
