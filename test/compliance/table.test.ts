import { describe, expect, test } from 'vitest';
import { answered, flipped, refusal } from './checks/questions.ts';
import { named, table } from './checks/table.ts';

describe('a table', () => {
  test('has a row a line, by the names of its columns; a value may be empty', () => {
    const rows = table(
      ['id', 'what', 'answer'],
      `
  FIPS-X-001 | a sample | 00
  FIPS-X-002 |          | 01
`,
    );
    expect(rows).toEqual([
      { id: 'FIPS-X-001', what: 'a sample', answer: '00' },
      { id: 'FIPS-X-002', what: '', answer: '01' },
    ]);
  });

  test.each([
    ['fewer', 'FIPS-X-001 | 00', 2],
    ['more', 'FIPS-X-001 | a | b | c', 4],
  ])('refuses a row of %s columns with its id', (_what, line, count) => {
    expect(() => table(['id', 'what', 'answer'], line)).toThrow(
      `the row FIPS-X-001 has ${count} columns, expected 3`,
    );
  });

  test('refuses a name that nobody knows, even one that every object has', () => {
    expect(named({ p256: 'a key' }, 'p256')).toBe('a key');
    expect(() => named({ p256: 'a key' }, 'p257')).toThrow('a row of a table names p257');
    expect(() => named({ p256: 'a key' }, 'toString')).toThrow('a row of a table names toString');
  });
});

describe('a check of questions', () => {
  test('asks them in their order', () => {
    const check = answered('FIPS-X-001', 'a sample', { standard: 'FIPS 140-3', section: '1' }, [
      'fetch op=digest alg=MD5',
      refusal('unsupported', 'fetch'),
    ]);
    expect(check.probes).toEqual([
      { ask: 'fetch op=digest alg=MD5', answer: 'refused unsupported at=fetch' },
    ]);
  });

  test.each([
    ['00', '01'],
    ['a1ff', 'a1fe'],
    ['0f00', '0f01'],
  ])('changes one bit of %s', (hex, other) => {
    expect(flipped(hex)).toBe(other);
    expect(flipped(other)).toBe(hex);
  });
});
