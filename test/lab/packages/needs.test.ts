import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PackageEntry } from '../../../adapters/apk/write-package.ts';
import { readElf } from '../../../lab/packages/elf.ts';
import { findNeeds, nameOf } from '../../../lab/packages/needs.ts';
import { elfSample } from './elf-sample.ts';

const LIBRARY = elfSample({ needed: ['libc.so.6', 'libz.so.1'], soname: 'libx.so.3' });
const PROGRAM = elfSample({ needed: ['libx.so.3', 'libc.so.6'], interpreter: '/lib64/ld-linux-x86-64.so.2' });

describe('reading ELF files', () => {
  test('finds what is needed, the own name and the loader', () => {
    expect(readElf(LIBRARY)).toEqual({
      needed: ['libc.so.6', 'libz.so.1'],
      soname: 'libx.so.3',
      interpreter: undefined,
    });
    expect(readElf(PROGRAM)?.interpreter).toBe('/lib64/ld-linux-x86-64.so.2');
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

describe('the needs of a package', () => {
  const entries: PackageEntry[] = [
    file('usr/lib/libx.so.3', LIBRARY),
    file('usr/lib/perl/auto/x.so', elfSample({ needed: ['libperl.so.5'], soname: 'x.so' })),
    file('usr/bin/tool', PROGRAM, 0o755),
    file('usr/bin/notes.txt', Buffer.from('text')),
    file('usr/lib/pkgconfig/x.pc', Buffer.from('Name: x\n')),
    { type: 'symlink', path: 'usr/bin/alias', target: 'tool' },
  ];

  test('are found in its files, less what it brings itself', () => {
    expect(findNeeds(entries, '3.1-r0')).toEqual({
      depends: ['so:ld-linux-x86-64.so.2', 'so:libc.so.6', 'so:libperl.so.5', 'so:libz.so.1'],
      provides: ['cmd:alias=3.1-r0', 'cmd:tool=3.1-r0', 'pc:x=3.1-r0', 'so:libx.so.3=3'],
    });
  });

  test.each([
    ['so:libz.so.1=1', 'so:libz.so.1'],
    ['glibc>=2.41-r0', 'glibc'],
    ['!musl', 'musl'],
    ['a@pinned', 'a'],
    ['plain', 'plain'],
  ])('%s is about %s', (dependency, name) => {
    expect(nameOf(dependency)).toBe(name);
  });
});

function file(path: string, content: Uint8Array, mode = 0o644): PackageEntry {
  return { type: 'file', path, mode, content };
}
