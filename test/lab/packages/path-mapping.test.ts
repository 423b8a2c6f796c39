import { describe, expect, test } from 'vitest';
import { mapContent, mapLink, mapPath } from '../../../lab/packages/path-mapping.ts';

describe('where a Debian file goes in the Wolfi layout', () => {
  test.each([
    ['./bin/sh', 'usr/bin/sh'],
    ['./sbin/ldconfig', 'usr/bin/ldconfig'],
    ['./usr/sbin/chroot', 'usr/bin/chroot'],
    ['./lib64/ld-linux-x86-64.so.2', 'usr/lib/ld-linux-x86-64.so.2'],
    ['./usr/lib64/ld-linux-x86-64.so.2', 'usr/lib/ld-linux-x86-64.so.2'],
    ['./lib/x86_64-linux-gnu/libz.so.1', 'usr/lib/libz.so.1'],
    ['./usr/lib/x86_64-linux-gnu/pkgconfig/zlib.pc', 'usr/lib/pkgconfig/zlib.pc'],
    ['./usr/include/x86_64-linux-gnu/bits/types.h', 'usr/include/bits/types.h'],
    ['./usr/include/x86_64-linux-gnu/', 'usr/include'],
    ['./usr/lib/x86_64-linux-gnu/perl/5.40/Config.pm', 'usr/lib/x86_64-linux-gnu/perl/5.40/Config.pm'],
    ['./usr/lib/x86_64-linux-gnu/perl-base/Config.pm', 'usr/lib/x86_64-linux-gnu/perl-base/Config.pm'],
    ['./usr/lib/gcc/x86_64-linux-gnu/14/crtbegin.o', 'usr/lib/gcc/x86_64-linux-gnu/14/crtbegin.o'],
    ['./library/x', 'library/x'],
  ])('%s to %s', (from, to) => {
    expect(mapPath(from)).toBe(to);
  });

  test.each([
    './usr/share/doc/bash/copyright',
    './usr/share/man/man1/bash.1.gz',
    './usr/share/locale/de/LC_MESSAGES/bash.mo',
    './usr/share/info',
    './var/lib/dpkg/x',
    './etc/init.d/x',
    './lib/systemd/system/x.service',
  ])('%s is left out', (path) => {
    expect(mapPath(path)).toBeUndefined();
  });
});

describe('links after the move', () => {
  test.each([
    ['usr/lib/x86_64-linux-gnu/libz.so', 'libz.so.1', 'libz.so.1'],
    ['usr/lib/x86_64-linux-gnu/libz.so', '/lib/x86_64-linux-gnu/libz.so.1', '/usr/lib/libz.so.1'],
    ['usr/include/x86_64-linux-gnu/asm', '../../lib/linux/uapi/x86/asm', '../lib/linux/uapi/x86/asm'],
    ['sbin/tool', '../bin/other', 'other'],
    ['usr/bin/gcc', 'gcc-14', 'gcc-14'],
    [
      'usr/lib/bfd-plugins/p.so',
      '../../libexec/gcc/x86_64-linux-gnu/14/p.so',
      '../../libexec/gcc/x86_64-linux-gnu/14/p.so',
    ],
  ])('%s -> %s becomes -> %s', (from, target, moved) => {
    expect(mapLink(from, target)).toBe(moved);
  });

  test('a compatibility link that would point at itself is dropped', () => {
    expect(
      mapLink('usr/lib64/ld-linux-x86-64.so.2', '../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2'),
    ).toBeUndefined();
  });
});

describe('paths within files', () => {
  test('are moved in linker scripts, and the loader stays at the path of the ABI', () => {
    const script =
      '/* GNU ld script\n*/\nGROUP ( /lib/x86_64-linux-gnu/libc.so.6 /usr/lib/x86_64-linux-gnu/libc_nonshared.a AS_NEEDED ( /lib64/ld-linux-x86-64.so.2 ) )\n';

    expect(Buffer.from(mapContent('usr/lib/libc.so', Buffer.from(script))).toString()).toBe(
      '/* GNU ld script\n*/\nGROUP ( /usr/lib/libc.so.6 /usr/lib/libc_nonshared.a AS_NEEDED ( /lib64/ld-linux-x86-64.so.2 ) )\n',
    );
  });

  test('are moved in pkg-config files', () => {
    const pc =
      'prefix=/usr\nlibdir=${prefix}/lib/x86_64-linux-gnu\nincludedir=${prefix}/include/x86_64-linux-gnu\n';

    expect(Buffer.from(mapContent('usr/lib/pkgconfig/x.pc', Buffer.from(pc))).toString()).toBe(
      'prefix=/usr\nlibdir=${prefix}/lib\nincludedir=${prefix}/include\n',
    );
  });

  test('are left alone in everything else', () => {
    const library = Buffer.from('\x7fELF /usr/lib/x86_64-linux-gnu/x');

    expect(mapContent('usr/lib/libx.so', library)).toBe(library);
  });
});
