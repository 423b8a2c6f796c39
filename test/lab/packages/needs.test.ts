import { describe, expect, test } from 'vitest';
import type { PackageEntry } from '../../../adapters/apk/write-package.ts';
import { findNeeds, nameOf } from '../../../lab/packages/needs.ts';
import { elfSample } from '../../adapters/elf/elf-sample.ts';

const LIBRARY = elfSample({ needed: ['libc.so.6', 'libz.so.1'], soname: 'libx.so.3' });
const PROGRAM = elfSample({ needed: ['libx.so.3', 'libc.so.6'], interpreter: '/lib64/ld-linux-x86-64.so.2' });

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
