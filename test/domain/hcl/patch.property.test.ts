import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageOf } from '../../../domain/errors.ts';
import type { HclEdit } from '../../../domain/hcl/edit.ts';
import { parseHcl } from '../../../domain/hcl/parse.ts';
import { patchHcl } from '../../../domain/hcl/patch.ts';
import { toPlain } from '../../../domain/hcl/plain.ts';
import { blocksOf, entriesOf } from '../../../domain/hcl/tree.ts';
import { anyBlock, anyDocument, anyLabel, anyValue } from './arbitrary-hcl.ts';

const FEW_RUNS = { numRuns: 100 };

describe('patchHcl, for any document', () => {
  it('keeps every byte when every value is replaced by itself', () => {
    fc.assert(
      fc.property(anyDocument, ({ text, values }) => {
        const edits = entriesOf(parseHcl(text, 'x.hcl').body).map(({ name }): HclEdit => ({
          op: 'replace',
          path: [name],
          value: values[name] ?? '',
        }));
        expect(patchHcl(text, edits, 'x.hcl')).toBe(text);
      }),
      FEW_RUNS,
    );
  });

  it('changes the bytes of the value alone', () => {
    fc.assert(
      fc.property(anyDocument, anyValue, fc.nat(), (document, value, pick) => {
        const entries = entriesOf(parseHcl(document.text, 'x.hcl').body);
        const entry = entries[pick % Math.max(entries.length, 1)];
        if (entry === undefined) return;
        const { start, end } = entry.value.span;

        const patched = patchHcl(document.text, [{ op: 'replace', path: [entry.name], value }], 'x.hcl');

        expect(patched.startsWith(document.text.slice(0, start))).toBe(true);
        expect(patched.endsWith(document.text.slice(end))).toBe(true);
        expect(toPlain(parseHcl(patched, 'x.hcl').body)).toEqual({ ...document.values, [entry.name]: value });
      }),
      FEW_RUNS,
    );
  });

  it('takes back an added attribute without a trace', () => {
    fc.assert(
      fc.property(anyDocument, anyValue, (document, value) => {
        const name = 'a-name-that-no-document-has';
        const added = patchHcl(document.text, [{ op: 'add', path: [name], value }], 'x.hcl');

        expect(toPlain(parseHcl(added, 'x.hcl').body)).toEqual({ ...document.values, [name]: value });
        expect(patchHcl(added, [{ op: 'remove', path: [name] }], 'x.hcl')).toBe(document.text);
      }),
      FEW_RUNS,
    );
  });

  it('takes back an added block without a trace, and every other byte stays meanwhile', () => {
    fc.assert(
      fc.property(anyDocument, anyLabel, anyBlock, (document, label, value) => {
        const path = ['a-type-that-no-document-has', label];
        const added = patchHcl(document.text, [{ op: 'add-block', path, value }], 'x.hcl');

        expect(added.startsWith(document.text)).toBe(true);
        expect(toPlain(parseHcl(added, 'x.hcl').body)).toEqual({
          ...document.values,
          'a-type-that-no-document-has': { [label]: value },
        });
        expect(patchHcl(added, [{ op: 'remove-block', path }], 'x.hcl')).toBe(document.text);
      }),
      FEW_RUNS,
    );
  });

  it('takes any block away with its own lines, or says why not', () => {
    fc.assert(
      fc.property(anyDocument, fc.nat(), (document, pick) => {
        const tree = parseHcl(document.text, 'x.hcl');
        const blocks = blocksOf(tree.body);
        const block = blocks[pick % Math.max(blocks.length, 1)];
        if (block === undefined) return;
        const path = [block.type, ...block.labels];
        const { start, end } = block.span;
        const hasComment = tree.comments.some((comment) => comment.start >= start && comment.end <= end);
        const patched = without(document.text, path);
        expect(patched === undefined).toBe(hasComment);
        if (patched === undefined) return;
        const { length } = document.text;
        const [before, after] = [
          document.text.slice(0, start).trimEnd(),
          document.text.slice(end).trimStart(),
        ];
        expect(patched.startsWith(before) && patched.endsWith(after)).toBe(true);
        expect(patched.length).toBeLessThan(length - (end - start) + 1);
        expect(patched.slice(before.length, patched.length - after.length).trim()).toBe('');
      }),
      FEW_RUNS,
    );
  });
});

/** A text without a block; undefined when a comment in it would be lost. */
function without(text: string, path: readonly string[]): string | undefined {
  try {
    return patchHcl(text, [{ op: 'remove-block', path }], 'x.hcl');
  } catch (error) {
    if (messageOf(error).includes('the comment inside it would be lost')) return undefined;
    throw error;
  }
}
