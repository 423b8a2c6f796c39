import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNotModified, selectBytes } from '../../../lab/server/conditional.ts';

const modified = new Date('2026-01-02T03:04:05.678Z');
const validators = { etag: '"abc"', modified };

describe('isNotModified', () => {
  it.each([
    [{ 'if-none-match': '"abc"' }, true],
    [{ 'if-none-match': 'W/"abc"' }, true],
    [{ 'if-none-match': '"x", "abc"' }, true],
    [{ 'if-none-match': '*' }, true],
    [{ 'if-none-match': '"abcd"' }, false],
    [{ 'if-modified-since': 'Fri, 02 Jan 2026 03:04:05 GMT' }, true],
    [{ 'if-modified-since': 'Fri, 02 Jan 2026 03:04:04 GMT' }, false],
    [{ 'if-modified-since': 'yesterday' }, false],
    [{}, false],
  ])('%o gives %s', (headers, expected) => {
    expect(isNotModified(headers, validators)).toBe(expected);
  });

  it('lets the entity tag decide over the date', () => {
    const headers = { 'if-none-match': '"old"', 'if-modified-since': 'Fri, 02 Jan 2026 03:04:05 GMT' };
    expect(isNotModified(headers, validators)).toBe(false);
  });
});

describe('selectBytes', () => {
  it.each([
    ['bytes=0-0', { kind: 'part', start: 0, end: 0 }],
    ['bytes=2-5', { kind: 'part', start: 2, end: 5 }],
    ['bytes=7-', { kind: 'part', start: 7, end: 9 }],
    ['bytes=7-100', { kind: 'part', start: 7, end: 9 }],
    ['bytes=-3', { kind: 'part', start: 7, end: 9 }],
    ['bytes=-100', { kind: 'part', start: 0, end: 9 }],
    ['bytes=10-', { kind: 'unsatisfiable' }],
    ['bytes=-0', { kind: 'unsatisfiable' }],
    ['bytes=5-2', { kind: 'whole' }],
    ['bytes=0-1,4-5', { kind: 'whole' }],
    ['bytes=-', { kind: 'whole' }],
    ['lines=0-1', { kind: 'whole' }],
  ])('%s of ten bytes', (range, expected) => {
    expect(selectBytes({ range }, 10, validators)).toEqual(expected);
  });

  it('sends the whole file when If-Range names another version', () => {
    const range = 'bytes=0-1';
    expect(selectBytes({ range, 'if-range': '"abc"' }, 10, validators).kind).toBe('part');
    expect(selectBytes({ range, 'if-range': '"old"' }, 10, validators).kind).toBe('whole');
    expect(selectBytes({ range, 'if-range': modified.toUTCString() }, 10, validators).kind).toBe('part');
    expect(selectBytes({ range, 'if-range': 'W/"abc"' }, 10, validators).kind).toBe('whole');
  });

  it('never selects a byte that is not there', () => {
    const number = fc.option(fc.nat(50), { nil: undefined });
    fc.assert(
      fc.property(number, number, fc.nat(30), (first, last, size) => {
        const selection = selectBytes({ range: `bytes=${first ?? ''}-${last ?? ''}` }, size, validators);
        if (selection.kind !== 'part') return;
        expect(selection.start).toBeGreaterThanOrEqual(0);
        expect(selection.start).toBeLessThanOrEqual(selection.end);
        expect(selection.end).toBeLessThan(size);
      }),
    );
  });
});
