import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FoundryError } from '../../../domain/errors.ts';
import { parseHcl } from '../../../domain/hcl/parse.ts';
import { toPlain } from '../../../domain/hcl/plain.ts';
import { renderString } from '../../../domain/hcl/string-literal.ts';
import { almostHcl, anyDocument, anyText } from './arbitrary-hcl.ts';

const FEW_RUNS = { numRuns: 100 };

describe('parseHcl, for any input', () => {
  it('reads back what is rendered, with comments anywhere', () => {
    fc.assert(
      fc.property(anyDocument, ({ text, values }) => {
        expect(toPlain(parseHcl(text, 'x.hcl').body)).toEqual(values);
      }),
      FEW_RUNS,
    );
  });

  it('reads every rendered string back', () => {
    fc.assert(
      fc.property(anyText, (value) => {
        expect(toPlain(parseHcl(`a = ${renderString(value)}`, 'x.hcl').body)).toEqual({ a: value });
      }),
      FEW_RUNS,
    );
  });

  it('reads or refuses by a named error, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(almostHcl, fc.string({ unit: 'binary' })), (text) => {
        expect(['read', 'FND_BAD_PINS']).toContain(outcomeOf(text));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['open comments', '/*'.repeat(200_000)],
    ['open quotes', '"\n'.repeat(200_000)],
    ['slashes', `a = "${'\\\\'.repeat(200_000)}`],
    ['names', 'a'.repeat(500_000)],
    ['lines', '\n'.repeat(500_000) + '?'],
    ['combining marks', `a = "${'\u0301\u0327'.repeat(200_000)}"`],
    ['returns', '\r\n'.repeat(250_000) + '\r'],
  ])(
    'does not hang on half a million %s',
    (_, text) => {
      expect(() => parseHcl(text, 'x.hcl')).toThrow(FoundryError);
    },
    30_000,
  );
});

function outcomeOf(text: string): string {
  try {
    parseHcl(text, 'x.hcl');
    return 'read';
  } catch (error) {
    return error instanceof FoundryError ? error.code : String(error);
  }
}
