import type { Suite } from '../archive/apt-configuration.ts';
import { BUILD_PACKAGES } from './catalogue-build.ts';
import type { CatalogueEntry } from './catalogue-entry.ts';

const SHELL_AND_BASE: readonly CatalogueEntry[] = [
  {
    name: 'glibc',
    origin: 'glibc',
    description: 'the GNU C library',
    debs: ['libc6'],
    only: /^usr\/lib\/lib[^/]*$/,
    depends: ['ld-linux', 'glibc-locale-posix', 'libgcc', 'wolfi-baselayout'],
    texts: { 'etc/ld.so.conf': '/usr/local/lib\n/usr/lib\n' },
  },
  {
    name: 'ld-linux',
    origin: 'glibc',
    description: 'the dynamic loader of the GNU C library',
    debs: ['libc6'],
    only: /^usr\/lib\/ld-[^/]*$/,
    depends: ['wolfi-baselayout'],
  },
  {
    name: 'glibc-locale-posix',
    origin: 'glibc',
    description: 'the C.UTF-8 locale',
    debs: ['libc-bin'],
    only: /^usr\/lib\/locale\//,
  },
  {
    name: 'posix-libc-utils',
    origin: 'glibc',
    description: 'getconf, getent, iconv, ldd and locale',
    debs: ['libc-bin'],
    only: /^usr\/bin\/(getconf|getent|iconv|ldd|locale)$/,
  },
  { name: 'libgcc', origin: 'gcc', description: 'runtime library of the GNU compiler', debs: ['libgcc-s1'] },
  {
    name: 'libstdc++',
    origin: 'gcc',
    description: 'the GNU C++ library',
    debs: ['libstdc++6'],
    only: /^usr\/lib\//,
  },
  { name: 'libxcrypt', origin: 'libxcrypt', description: 'password hashing', debs: ['libcrypt1'] },
  {
    name: 'bash',
    origin: 'bash',
    description: 'the GNU Bourne-again shell',
    debs: ['bash'],
    only: /^usr\/bin\/bash$/,
  },
  {
    name: 'busybox',
    origin: 'busybox',
    description: 'many small commands in one program',
    debs: ['busybox'],
    provides: ['cmd:sh', 'cmd:wget', 'wget'],
    special: 'busybox',
  },
  {
    name: 'ca-certificates-bundle',
    origin: 'ca-certificates',
    description: 'certificate authorities in one file',
    debs: ['ca-certificates'],
    special: 'certificate-bundle',
  },
  {
    name: 'ncurses',
    origin: 'ncurses',
    description: 'terminal handling',
    debs: ['libtinfo6'],
    depends: ['ncurses-terminfo-base'],
  },
  {
    name: 'ncurses-terminfo-base',
    origin: 'ncurses',
    description: 'descriptions of common terminals',
    debs: ['ncurses-base'],
    only: /^(usr\/share|usr\/lib|etc)\/terminfo\//,
  },
  { name: 'zlib', origin: 'zlib', description: 'the deflate library', debs: ['zlib1g'] },
  { name: 'libzstd1', origin: 'zstd', description: 'the Zstandard library', debs: ['libzstd1'] },
];

/** Wolfi's own OpenSSL and the package manager that needs it: newer than our core, and to be kept out of our images. */
const THE_TRAP: readonly CatalogueEntry[] = [
  {
    name: 'libcrypto3',
    origin: 'openssl',
    description: "the upstream's own libcrypto, not ours and without a FIPS provider",
    suite: 'unstable',
    debs: [/^libssl3/],
    only: /^usr\/lib\/libcrypto\.so\.3$/,
  },
  {
    name: 'libssl3',
    origin: 'openssl',
    description: "the upstream's own libssl, not ours",
    suite: 'unstable',
    debs: [/^libssl3/],
    only: /^usr\/lib\/libssl\.so\.3$/,
  },
  {
    name: 'apk-tools',
    origin: 'apk-tools',
    description:
      'a stand-in for the package manager: the fetching tool axel, linked to libssl and libcrypto as apk is',
    debs: ['axel'],
    only: /^usr\/bin\/axel$/,
    special: 'apk-tools',
  },
];

/** Everything the lab's apk repository offers that comes from Debian. */
export const CATALOGUE: readonly CatalogueEntry[] = [...SHELL_AND_BASE, ...THE_TRAP, ...BUILD_PACKAGES];

/** Debian packages whose dependencies are searched for what patterns name, a list a suite. */
export const ROOTS: Readonly<Record<Suite, readonly string[]>> = {
  stable: ['gcc', 'binutils', 'perl', 'bash', 'coreutils', 'tar', 'grep', 'findutils', 'libc6-dev', 'axel'],
  testing: [],
  unstable: ['openssl'],
};
