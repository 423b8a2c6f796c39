import type { CheckDefinition, ElfProbe, Line } from '../../../activities/selftest/check-definition.ts';
import { imageDemand } from './image-demands.ts';
import { demand } from './probes.ts';

const EXPLOITS = imageDemand.nist('4.4.4 app vulnerabilities: hardened programs');
const BOUNDARY = demand.fips140('7.2.3 Cryptographic boundary');
const AS_THE_POLICY_SAYS = demand.policy('11.1: the module is built without further options');

const OURS = /^\/usr\/(?:bin\/(?:openssl|fips-healthcheck)|lib\/lib(?:crypto|ssl)\.so\.3)$/;
const PROGRAMS = ['/usr/bin/fips-healthcheck', '/usr/bin/openssl'];
const OUR_FILES = [...PROGRAMS, '/usr/lib/libcrypto.so.3', '/usr/lib/libssl.so.3'];
const MODULE = /^\/usr\/lib\/ossl-modules\/fips\.so$/;
const MODULE_FILE = '/usr/lib/ossl-modules/fips.so';

/** No file of the image at all has the value; that ours are among those that were looked at shows that there was something to see. */
function nowhere(
  id: string,
  title: string,
  fact: ElfProbe['facts'][number],
  ours: string,
  ...none: Line[]
): CheckDefinition {
  return {
    id,
    title,
    requirement: EXPLOITS,
    probes: [
      {
        elf: {},
        facts: [fact],
        lines: { some: [...OUR_FILES, MODULE_FILE].map((file) => `${file} ${fact}: ${ours}`), none },
      },
    ],
  };
}

/** The programs and libraries, by their headers. */
export const BINARY_CHECKS: readonly CheckDefinition[] = [
  {
    ...nowhere(
      'FIPS-IMG-070',
      'every program and library can be loaded anywhere in memory',
      'type',
      'position independent',
      /.* type: fixed/,
    ),
    variants: ['standard', 'distroless'],
  },
  {
    id: 'FIPS-IMG-071',
    title: 'every program and library of ours can be loaded anywhere in memory',
    requirement: EXPLOITS,
    probes: [
      {
        elf: { path: OURS },
        facts: ['type'],
        lines: { all: OUR_FILES.map((file) => `${file} type: position independent`) },
      },
    ],
  },
  {
    id: 'FIPS-IMG-072',
    title: 'ours are bound at start, and what was bound cannot be changed',
    requirement: EXPLOITS,
    probes: [
      {
        elf: { path: OURS },
        facts: ['relro', 'binding'],
        lines: { all: OUR_FILES.flatMap((file) => [`${file} relro: full`, `${file} binding: at start`]) },
      },
    ],
  },
  nowhere(
    'FIPS-IMG-073',
    'no memory can be both written and run',
    'writable code',
    'no',
    /.* writable code: yes/,
  ),
  nowhere(
    'FIPS-IMG-074',
    'every program says that its stack is for data',
    'stack',
    'stated',
    /.* stack: not stated/,
  ),
  nowhere(
    'FIPS-IMG-075',
    'no code is changed when it is loaded',
    'text relocations',
    'no',
    /.* text relocations: yes/,
  ),
  {
    id: 'FIPS-IMG-076',
    title: 'every file protects at least a part of what the loader wrote',
    requirement: EXPLOITS,
    probes: [
      {
        elf: {},
        facts: ['relro'],
        lines: {
          some: [`${MODULE_FILE} relro: partial`, '/usr/bin/openssl relro: full'],
          none: [/.* relro: none/],
        },
      },
    ],
  },
  {
    id: 'FIPS-IMG-077',
    title: 'no file brings folders of its own in which libraries are looked for',
    requirement: EXPLOITS,
    probes: [{ elf: {}, facts: ['search path'], lines: { all: [] } }],
  },
  {
    id: 'FIPS-IMG-078',
    title: 'there is one loader, and every program names it',
    requirement: EXPLOITS,
    probes: [
      {
        elf: { path: /^\/usr\/(?:s?bin|libexec)\// },
        facts: ['interpreter'],
        lines: {
          some: PROGRAMS.map(
            (file) =>
              new RegExp(`${file} interpreter: /lib(?:64)?/ld-linux-(?:x86-64\\.so\\.2|aarch64\\.so\\.1)`),
          ),
          none: [/.* interpreter: (?!\/lib(?:64)?\/ld-linux-(?:x86-64\.so\.2|aarch64\.so\.1)$).*/],
        },
      },
    ],
  },
  {
    id: 'FIPS-IMG-079',
    title: 'ours find out when their stack is overwritten',
    requirement: EXPLOITS,
    probes: [
      {
        elf: { path: OURS },
        facts: ['imports'],
        lines: { some: OUR_FILES.map((file) => `${file} imports: __stack_chk_fail`) },
      },
    ],
  },
  {
    id: 'FIPS-IMG-080',
    title: 'ours find out when a copy goes past its end',
    requirement: EXPLOITS,
    probes: [
      {
        elf: { path: OURS },
        facts: ['imports'],
        lines: {
          some: OUR_FILES.map((file) => new RegExp(`${file.replaceAll('.', '\\.')} imports: __\\w+_chk`)),
        },
      },
    ],
  },
  {
    id: 'FIPS-IMG-081',
    title: 'the module needs nothing but the C library',
    requirement: BOUNDARY,
    probes: [
      { elf: { path: MODULE }, facts: ['needed'], lines: { all: [`${MODULE_FILE} needed: libc.so.6`] } },
    ],
  },
  {
    id: 'FIPS-IMG-082',
    title: 'the module has one way in',
    requirement: BOUNDARY,
    probes: [
      {
        elf: { path: MODULE },
        facts: ['exports'],
        lines: { all: [`${MODULE_FILE} exports: OSSL_provider_init`] },
      },
    ],
  },
  {
    id: 'FIPS-IMG-083',
    title: 'the module is built as its policy says: nothing is added, not even hardening',
    requirement: AS_THE_POLICY_SAYS,
    probes: [
      {
        elf: { path: MODULE },
        facts: ['relro', 'binding', 'soname', 'control flow'],
        lines: { all: [`${MODULE_FILE} relro: partial`, `${MODULE_FILE} binding: late`] },
      },
      {
        elf: { path: MODULE },
        facts: ['imports'],
        lines: {
          some: [`${MODULE_FILE} imports: memcpy`],
          none: [/.* imports: __(?:stack_chk_fail|\w+_chk)/],
        },
      },
    ],
  },
  {
    id: 'FIPS-IMG-084',
    title: 'OpenSSL needs nothing but itself and the C library',
    requirement: BOUNDARY,
    probes: [
      {
        elf: { path: OURS },
        facts: ['needed'],
        lines: {
          all: [
            '/usr/bin/fips-healthcheck needed: libcrypto.so.3',
            '/usr/bin/fips-healthcheck needed: libc.so.6',
            '/usr/bin/openssl needed: libssl.so.3',
            '/usr/bin/openssl needed: libcrypto.so.3',
            '/usr/bin/openssl needed: libc.so.6',
            '/usr/lib/libcrypto.so.3 needed: libc.so.6',
            '/usr/lib/libssl.so.3 needed: libcrypto.so.3',
            '/usr/lib/libssl.so.3 needed: libc.so.6',
          ],
        },
      },
    ],
  },
  {
    id: 'FIPS-IMG-085',
    title: 'nothing else is built against OpenSSL',
    requirement: BOUNDARY,
    probes: [
      {
        elf: { except: OURS },
        facts: ['needed'],
        lines: { some: [`${MODULE_FILE} needed: libc.so.6`], none: [/.* needed: lib(?:crypto|ssl)\..*/] },
      },
    ],
  },
  {
    id: 'FIPS-IMG-086',
    title: 'programs and libraries are below /usr, where nobody but root puts them',
    requirement: EXPLOITS,
    probes: [{ elf: { except: /^\/usr\// }, facts: ['type'], lines: { all: [] } }],
  },
];
