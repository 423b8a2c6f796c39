import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readElf } from '../../../adapters/elf/read-elf.ts';
import { compareSections } from '../../../adapters/elf/compare-sections.ts';
import { elfSample } from './elf-sample.ts';

const LIBRARY = elfSample({ needed: ['libc.so.6', 'libz.so.1'], soname: 'libx.so.3' });
const PROGRAM = elfSample({
  needed: ['libx.so.3', 'libc.so.6'],
  interpreter: '/lib64/ld-linux-x86-64.so.2',
  sections: { '.text': 'code', '.rodata': 'words' },
});

describe('reading ELF files', () => {
  test('finds what is needed, the own name and the loader', () => {
    expect(readElf(LIBRARY)).toMatchObject({
      needed: ['libc.so.6', 'libz.so.1'],
      soname: 'libx.so.3',
      interpreter: undefined,
    });
    expect(readElf(PROGRAM)?.interpreter).toBe('/lib64/ld-linux-x86-64.so.2');
  });

  test('finds nothing to object to in a plain library', () => {
    expect(readElf(LIBRARY)).toMatchObject({
      searchPaths: [],
      textRelocations: false,
      writableCode: false,
      positionIndependent: true,
    });
  });

  test.each([
    ['a search path', { runpath: '/opt/lib' }, { searchPaths: ['/opt/lib'] }],
    ['text relocations by their tag', { tags: [[22, 0]] as const }, { textRelocations: true }],
    ['text relocations by a flag', { tags: [[30, 4]] as const }, { textRelocations: true }],
    ['binding at start by a flag', { tags: [[30, 8]] as const }, { bindNow: true }],
    ['binding at start by the other flag', { tags: [[0x6ffffffb, 1]] as const }, { bindNow: true }],
    ['a stack that can be run', { segments: [[0x6474e551, 7]] as const }, { writableCode: true }],
    ['read-only relocations', { segments: [[0x6474e552, 4]] as const }, { relocationsReadOnly: true }],
  ])('finds %s', (_, sample, facts) => {
    expect(readElf(elfSample(sample))).toMatchObject(facts);
  });

  test('names the sections', () => {
    expect(readElf(PROGRAM)?.sections.map((section) => section.name)).toEqual([
      '.text',
      '.rodata',
      '.shstrtab',
    ]);
    expect(readElf(LIBRARY)?.sections).toEqual([]);
  });

  test('takes nothing else for one', () => {
    expect(readElf(Buffer.from('#!/bin/sh\n'))).toBeUndefined();
    expect(readElf(Buffer.alloc(0))).toBeUndefined();
    expect(readElf(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 1, ...new Uint8Array(100)]))).toBeUndefined();
  });

  test('never throws on a damaged one', () => {
    fc.assert(
      fc.property(fc.nat(PROGRAM.length), fc.uint8Array({ minLength: 1, maxLength: 9 }), (at, noise) => {
        const damaged = Buffer.concat([PROGRAM.subarray(0, at), noise]);
        const spoiled = Buffer.from(PROGRAM);
        spoiled.set(noise.subarray(0, Math.max(0, spoiled.length - at)), at);
        expect(() => [readElf(damaged), readElf(spoiled)]).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });
});

describe('comparing two ELF files', () => {
  const sample = (text: string, more: Record<string, string> = {}): Uint8Array =>
    elfSample({ sections: { '.text': text, '.rodata': 'words', ...more } });

  test('names the sections that differ', () => {
    expect(compareSections(sample('code'), sample('Code'))).toEqual(['.text']);
  });

  test('names a section that only one has', () => {
    expect(compareSections(sample('code'), sample('code', { '.comment': 'x' }))).toContain('.comment');
  });

  test('finds a difference outside all sections', () => {
    const changed = Buffer.from(sample('code'));
    changed[9] = 1;
    expect(compareSections(sample('code'), changed)).toEqual(['outside the sections']);
  });

  test('names nothing for equal files, and nothing it cannot read', () => {
    expect(compareSections(sample('code'), sample('code'))).toEqual([]);
    expect(compareSections(Buffer.from('a'), sample('code'))).toBeUndefined();
  });
});
