import type { CheckDefinition } from '../../../activities/selftest/check-definition.ts';
import { imageDemand, LIBRARIES, NOTHING, without } from './image-demands.ts';
import { demand } from './probes.ts';

const UNNECESSARY = imageDemand.cis('4.3 unnecessary packages are not installed');
const SECRETS = imageDemand.cis('4.10 secrets are not stored in images');
const SMALL = imageDemand.nist('4.1.2 image configuration defects: only what is needed');
const ONE_LIBRARY = demand.design('Variants: exactly one libcrypto, ours');
const LOADER = imageDemand.nist('4.4.3 insecure container runtime configurations');

const COMMANDS = ['file', 'symlink', 'link'] as const;
const SHELLS = /\/(?:sh|bash|rbash|ash|dash|ksh|mksh|zsh|fish|csh|tcsh|busybox|toybox)$/;

/** What is in an image, and what is not. */
export const CONTENT_CHECKS: readonly CheckDefinition[] = [
  without('FIPS-IMG-040', 'there is no shell', SMALL, { path: SHELLS, types: COMMANDS }, ['distroless']),
  {
    id: 'FIPS-IMG-041',
    title: 'there are exactly two programs: the command and the health check',
    requirement: SMALL,
    variants: ['distroless'],
    probes: [
      {
        entries: { path: /^\/(?:usr\/)?(?:local\/)?(?:s?bin|libexec)\/./ },
        lines: { all: ['file 0755 0:0 /usr/bin/fips-healthcheck', 'file 0755 0:0 /usr/bin/openssl'] },
      },
    ],
  },
  {
    id: 'FIPS-IMG-042',
    title: 'nothing else can be executed but the loader, the C library, OpenSSL and the module',
    requirement: SMALL,
    variants: ['distroless'],
    probes: [
      {
        entries: { types: ['file', 'link'], mode: 0o111 },
        lines: {
          all: [
            'file 0755 0:0 /usr/bin/fips-healthcheck',
            'file 0755 0:0 /usr/bin/openssl',
            /file 0755 0:0 \/usr\/lib\/ld-linux-(?:x86-64\.so\.2|aarch64\.so\.1)/,
            'file 0755 0:0 /usr/lib/libc.so.6',
            ...LIBRARIES,
            'file 0755 0:0 /usr/lib/ossl-modules/fips.so',
          ],
        },
      },
    ],
  },
  {
    id: 'FIPS-IMG-043',
    title: 'the shells are bash and those of busybox',
    requirement: SMALL,
    variants: ['standard', 'development'],
    probes: [
      {
        entries: { path: SHELLS, except: /^\/etc\/busybox-paths\.d\// },
        lines: {
          all: [
            'symlink 0777 0:0 /usr/bin/ash -> /bin/busybox',
            'file 0755 0:0 /usr/bin/bash',
            'file 0755 0:0 /usr/bin/busybox',
            'symlink 0777 0:0 /usr/bin/sh -> /bin/busybox',
          ],
        },
      },
    ],
  },
  without('FIPS-IMG-044', 'there is no interpreter of another language', UNNECESSARY, {
    path: /\/(?:perl|python|ruby|node|nodejs|lua|luajit|tclsh|php|guile|java)[\d.]*$/,
  }),
  without(
    'FIPS-IMG-045',
    'there is no package manager',
    imageDemand.cis('4.11 only verified packages are installed'),
    {
      types: COMMANDS,
      path: /\/(?:apk|apt|apt-get|aptitude|dpkg|dpkg-deb|rpm|dnf|microdnf|yum|zypper|pacman|pip\d*|npm|gem|cargo|go|brew|nix)$/,
    },
  ),
  without(
    'FIPS-IMG-046',
    'there is nothing that makes programs',
    UNNECESSARY,
    {
      path: /\/(?:[a-z0-9_]+-linux-[a-z]+-)?(?:gcc|g\+\+|cc|c\+\+|cpp|clang|tcc|rustc|ld|ld\.bfd|as|make|gmake|cmake|ninja|objcopy|objdump|cc1)(?:-\d+)?$/,
    },
    ['standard', 'distroless'],
  ),
  without('FIPS-IMG-047', 'there is no debugger, and nothing that looks into other processes', UNNECESSARY, {
    path: /\/(?:gdb|gdbserver|lldb|strace|ltrace|tcpdump|nmap|perf|bpftrace|valgrind)$/,
  }),
  without(
    'FIPS-IMG-048',
    'there are no headers, objects or static libraries',
    UNNECESSARY,
    { path: /^\/usr\/(?:local\/)?include\/.|\.(?:a|la|o|h|hpp|pc|cmake)$/ },
    ['standard', 'distroless'],
  ),
  {
    id: 'FIPS-IMG-049',
    title: 'there is a compiler with make, and the headers of OpenSSL',
    requirement: demand.design('Variants: development'),
    variants: ['development'],
    probes: [
      {
        entries: { path: /^\/usr\/(?:bin\/(?:gcc|make)|include\/openssl\/evp\.h)$/ },
        lines: {
          all: [
            /symlink 0777 0:0 \/usr\/bin\/gcc -> gcc-\d+|file 0755 0:0 \/usr\/bin\/gcc/,
            'file 0755 0:0 /usr/bin/make',
            'file 0644 0:0 /usr/include/openssl/evp.h',
          ],
        },
      },
    ],
  },
  {
    id: 'FIPS-IMG-050',
    title: 'the headers and the static library are of the core that was built',
    requirement: ONE_LIBRARY,
    variants: ['development'],
    probes: [
      {
        find: /OpenSSL \d+\.\d+\.\d+[a-z0-9-]*(?= {1,2}\d{1,2} [A-Z][a-z]{2} \d{4})/,
        containing: 'OpenSSL ',
        in: { path: /\.(?:a|h)$/ },
        lines: {
          all: [
            '/usr/include/openssl/opensslv.h: OpenSSL {coreVersion}',
            '/usr/lib/libcrypto.a: OpenSSL {coreVersion}',
          ],
        },
      },
    ],
  },
  without('FIPS-IMG-051', 'there are no scripts of OpenSSL that make certificates or links', UNNECESSARY, {
    path: /\/(?:c_rehash|CA\.pl|CA\.sh|tsget(?:\.pl)?)$|^\/etc\/ssl\/misc(?:\/|$)/,
  }),
  without('FIPS-IMG-052', 'there is no folder and no file for private keys', SECRETS, {
    path: /\/ssl\/private(?:\/|$)|\.(?:key|p12|pfx|jks|keystore)$|\/(?:id_rsa|id_ecdsa|id_ed25519)$/,
  }),
  {
    id: 'FIPS-IMG-053',
    title: 'no file holds a private key',
    requirement: SECRETS,
    probes: [
      {
        find: /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{16}/,
        containing: '-----BEGIN ',
        in: {},
        lines: NOTHING,
      },
    ],
  },
  {
    id: 'FIPS-IMG-054',
    title: 'no file holds a token of a well-known form',
    requirement: SECRETS,
    probes: [
      {
        find: /\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60}|glpat-[A-Za-z0-9_-]{20}|xox[baprs]-\d{10,}-[A-Za-z0-9-]{10,}|eyJhbGciOi[A-Za-z0-9_-]{20,}\.eyJ)/,
        in: { isElf: false, except: /\.a$|^\/usr\/include\// },
        lines: NOTHING,
      },
    ],
  },
  {
    id: 'FIPS-IMG-055',
    title: 'what is below /etc/ssl is the configuration, and nothing else',
    requirement: demand.openssl('config(5): the default configuration file'),
    variants: ['distroless'],
    probes: [
      {
        entries: { path: /^\/etc\/ssl\/./ },
        lines: { all: ['file 0644 0:0 /etc/ssl/fipsmodule.cnf', 'file 0644 0:0 /etc/ssl/openssl.cnf'] },
      },
    ],
  },
  {
    id: 'FIPS-IMG-056',
    title: 'what is below /etc/ssl is the configuration and the bundle of authorities',
    requirement: demand.openssl('config(5): the default configuration file'),
    variants: ['standard', 'development'],
    probes: [
      {
        entries: { path: /^\/etc\/ssl\/./ },
        lines: {
          all: [
            'directory 0755 0:0 /etc/ssl/certs',
            'file 0444 0:0 /etc/ssl/certs/.ca-certificates.crt.sha256',
            'file 0644 0:0 /etc/ssl/certs/ca-certificates.crt',
            'file 0644 0:0 /etc/ssl/fipsmodule.cnf',
            'file 0644 0:0 /etc/ssl/openssl.cnf',
          ],
        },
      },
    ],
  },
  without('FIPS-IMG-057', 'no library is loaded into every program', LOADER, {
    path: /^\/etc\/ld\.so\.preload$/,
  }),
  {
    id: 'FIPS-IMG-058',
    title: 'the loader looks in two folders, and the one that comes first is empty',
    requirement: LOADER,
    probes: [
      { file: '/etc/ld.so.conf', lines: { all: ['/usr/local/lib', '/usr/lib'] } },
      { entries: { path: /^\/usr\/local\/[^/]+\/./ }, lines: NOTHING },
    ],
  },
  without('FIPS-IMG-059', 'nothing is left over in homes, temporary folders, caches and logs', SMALL, {
    path: /^\/(?:root|home\/[^/]+|tmp|var\/tmp|var\/log|var\/cache\/[^/]+|run|opt|mnt)\/./,
  }),
  without('FIPS-IMG-060', 'nothing is left over of version control and editors', SECRETS, {
    path: /\/\.(?:git|svn|hg|env|npmrc|netrc|aws|docker|ssh|gnupg)(?:\/|$)|(?:~|\.orig|\.rej|\.swp|\.bak)$/,
  }),
  without(
    'FIPS-IMG-061',
    'no service is set up: no scheduler, no remote login, no rights to become another',
    SMALL,
    {
      path: /^\/etc\/(?:cron|sudoers|doas|init\.d|inittab|ssh|pam\.d|systemd|security|runit|sv)/,
    },
  ),
];
