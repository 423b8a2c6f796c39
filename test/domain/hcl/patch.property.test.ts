import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HclEdit } from '../../../domain/hcl/edit.ts';
import { parseHcl } from '../../../domain/hcl/parse.ts';
import { patchHcl } from '../../../domain/hcl/patch.ts';
import { toPlain } from '../../../domain/hcl/plain.ts';
import { entriesOf } from '../../../domain/hcl/tree.ts';
import { anyDocument, anyValue } from './arbitrary-hcl.ts';

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
});
