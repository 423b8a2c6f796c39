import type { ByteChange, CheckDefinition, Overlay } from '../../../activities/selftest/check-definition.ts';
import { DEFAULT_SERVES, demand, MD5_OF_NOTHING, MD5_REFUSED, STOPPED, unhealthy } from './probes.ts';

const MODULE = '/usr/lib/ossl-modules/fips.so';
const MODULE_CONFIG = '/etc/ssl/fipsmodule.cnf';
const CONFIG = '/etc/ssl/openssl.cnf';

const INTEGRITY = demand.fips140('7.10.2.2 Pre-operational software/firmware integrity test');
const ERROR_STATE = demand.fips140('7.10.1: no cryptographic operation in an error state');

/** With this laid over the image there is no cryptography left: no digest, no MD5 either, and the image says that it is not well. */
function stops(id: string, title: string, ...overlays: readonly Overlay[]): CheckDefinition {
  return { id, title, requirement: INTEGRITY, overlays, probes: STOPPED };
}

function changedModule(id: string, what: string, change: ByteChange): CheckDefinition {
  return stops(id, `${what} stops all cryptography`, { target: MODULE, change });
}

/** The command ends before it does anything, and a program that goes on all the same finds no algorithm. */
function startsNothing(reason: RegExp): CheckDefinition['probes'] {
  const stderr = { some: ['FATAL: Startup failure (dev note: apps_startup()) for openssl', reason] };
  return [
    { run: ['openssl', 'dgst', '-sha256', '/dev/null'], exit: 1, stderr },
    { run: ['openssl', 'dgst', '-md5', '/dev/null'], exit: 1, stderr },
    unhealthy(
      'the configuration cannot be loaded',
      'the FIPS provider is not active',
      'algorithms are not restricted to fips=yes',
      'SHA-256 does not give its known answer',
      'the FIPS provider cannot be asked',
    ),
  ];
}

/** Where one bit is flipped; the MAC is over the whole file, so no place may be left out. */
const FLIPPED_SECTIONS = [
  ['FIPS-INT-012', '.text'],
  ['FIPS-INT-013', '.rodata'],
  ['FIPS-INT-014', '.data'],
  ['FIPS-INT-015', '.data.rel.ro'],
  ['FIPS-INT-016', '.dynsym'],
  ['FIPS-INT-017', '.symtab'],
  ['FIPS-INT-018', '.comment'],
] as const;

const CONFIGURED = [
  'conditional-errors',
  'security-checks',
  'hmac-key-check',
  'kmac-key-check',
  'tls1-prf-ems-check',
  'no-short-mac',
  'drbg-no-trunc-md',
  'signature-digest-check',
  'hkdf-digest-check',
  'tls13-kdf-digest-check',
  'tls1-prf-digest-check',
  'sshkdf-digest-check',
  'sskdf-digest-check',
  'x963kdf-digest-check',
  'dsa-sign-disabled',
  'tdes-encrypt-disabled',
  'rsa-pkcs15-pad-disabled',
  'rsa-pss-saltlen-check',
  'rsa-sign-x931-pad-disabled',
  'hkdf-key-check',
  'kbkdf-key-check',
  'tls13-kdf-key-check',
  'tls1-prf-key-check',
  'sshkdf-key-check',
  'sskdf-key-check',
  'x963kdf-key-check',
  'x942kdf-key-check',
  'pbkdf2-lower-bound-check',
  'ecdh-cofactor-check',
] as const;

/** FIPS-INT: the module is the one that was built, and no other one works. */
export const INTEGRITY_CHECKS: readonly CheckDefinition[] = [
  {
    id: 'FIPS-INT-001',
    title: 'the module is byte for byte the one that was built',
    requirement: demand.fips140('7.5 Software/firmware security'),
    probes: [{ file: MODULE, sha256: '{provider}' }],
  },
  {
    id: 'FIPS-INT-002',
    title:
      'the configuration of the module is as strict as can be, skips no self-test, and carries the MAC that Node computes',
    requirement: demand.policy('11.1 Installation: -pedantic'),
    probes: [
      {
        file: MODULE_CONFIG,
        lines: {
          all: [
            '[fips_sect]',
            'activate = 1',
            'install-version = 1',
            ...CONFIGURED.map((name) => `${name} = 1`),
            'module-mac = {moduleMac}',
          ],
        },
      },
    ],
  },
  {
    id: 'FIPS-INT-003',
    title: 'the configuration activates fips and base, restricts algorithms to fips=yes, and fails loudly',
    requirement: demand.openssl('OSSL_PROVIDER-FIPS(7): the property query fips=yes is mandatory'),
    probes: [
      {
        file: CONFIG,
        lines: {
          some: [
            'config_diagnostics = 1',
            'openssl_conf = openssl_init',
            '.include /etc/ssl/fipsmodule.cnf',
            'fips = fips_sect',
            'base = base_sect',
            'default_properties = fips=yes',
            'MinProtocol = TLSv1.2',
            'Groups = P-256:P-384:P-521:ffdhe2048:ffdhe3072',
          ],
          none: [
            /\s*(?:default|legacy|null)\s*=.*/,
            /.*(?:default|legacy)_sect.*/,
            /.*config_diagnostics\s*=\s*0.*/,
          ],
        },
      },
    ],
  },
  changedModule('FIPS-INT-010', 'one bit flipped in the middle of the module', { flip: 'middle' }),
  changedModule('FIPS-INT-011', 'one bit flipped in the last byte of the module', { flip: 'last byte' }),
  ...FLIPPED_SECTIONS.map(([id, section]) =>
    changedModule(id, `one bit flipped at the start of ${section} of the module`, { flip: { section } }),
  ),
  changedModule('FIPS-INT-020', 'one byte appended to the module', { append: '\0' }),
  changedModule('FIPS-INT-021', 'a module without its last byte', { keep: 'all but one byte' }),
  changedModule('FIPS-INT-022', 'an empty module', { keep: 'nothing' }),
  {
    id: 'FIPS-INT-023',
    title: 'a module cut in half stops every program that would use it',
    requirement: INTEGRITY,
    overlays: [{ target: MODULE, change: { keep: 'half' } }],
    // The loader maps what is no longer there: whoever touches it dies by SIGBUS (135) or SIGSEGV (139) before it can say anything.
    probes: [
      { run: ['openssl', 'dgst', '-sha256', '/dev/null'], exit: [135, 139] },
      { run: ['openssl', 'dgst', '-md5', '/dev/null'], exit: [135, 139] },
      { run: 'healthcheck', exit: [135, 139] },
    ],
  },
  stops('FIPS-INT-024', 'a missing module stops all cryptography', { target: MODULE, absent: true }),
  stops('FIPS-INT-025', 'another library in the place of the module stops all cryptography', {
    target: MODULE,
    of: '/usr/lib/libssl.so.3',
    change: { append: '' },
  }),
  stops('FIPS-INT-030', 'a wrong MAC in the configuration of the module stops all cryptography', {
    target: MODULE_CONFIG,
    line: /module-mac = .*/,
    by: `module-mac = ${Array.from({ length: 32 }, () => '00').join(':')}`,
  }),
  stops('FIPS-INT-031', 'a malformed MAC stops all cryptography', {
    target: MODULE_CONFIG,
    line: /module-mac = .*/,
    by: 'module-mac = not a MAC',
  }),
  stops('FIPS-INT-032', 'a MAC that is short by one byte stops all cryptography', {
    target: MODULE_CONFIG,
    line: /module-mac = .*/,
    by: `module-mac = ${Array.from({ length: 31 }, () => '00').join(':')}`,
  }),
  stops('FIPS-INT-033', 'a configuration without a MAC stops all cryptography', {
    target: MODULE_CONFIG,
    line: /module-mac = .*/,
    by: null,
  }),
  stops('FIPS-INT-034', 'a module that is not activated stops all cryptography', {
    target: MODULE_CONFIG,
    line: /activate = 1/,
    by: null,
  }),
  stops('FIPS-INT-035', 'a forged installation status, which would skip self-tests, stops all cryptography', {
    target: MODULE_CONFIG,
    line: /install-version = 1/,
    by: 'install-version = 1\ninstall-status = INSTALL_SELF_TEST_KATS_RUN',
  }),
  {
    id: 'FIPS-INT-036',
    title: 'without the configuration of the module no program of OpenSSL starts',
    requirement: ERROR_STATE,
    overlays: [{ target: MODULE_CONFIG, absent: true }],
    probes: startsNothing(
      /.*:process_include:No such file or directory:.*:calling stat\(\/etc\/ssl\/fipsmodule\.cnf\)/,
    ),
  },
  {
    id: 'FIPS-INT-037',
    title: 'with an empty configuration of the module no program of OpenSSL starts',
    requirement: ERROR_STATE,
    overlays: [{ target: MODULE_CONFIG, text: '' }],
    probes: startsNothing(/.*:provider section error:.*:section=fips_sect not found/),
  },
  {
    id: 'FIPS-INT-038',
    title: 'a configuration that leaves the provider out offers no algorithm',
    requirement: ERROR_STATE,
    overlays: [{ target: CONFIG, line: /fips = fips_sect/, by: null }],
    probes: STOPPED,
  },
  {
    id: 'FIPS-INT-039',
    title:
      'a configuration that does not restrict algorithms is found out, and still offers none of another provider',
    requirement: demand.openssl('OSSL_PROVIDER-FIPS(7): the property query fips=yes is mandatory'),
    overlays: [{ target: CONFIG, line: /default_properties = fips=yes/, by: 'default_properties =' }],
    probes: [MD5_REFUSED, unhealthy('algorithms are not restricted to fips=yes')],
  },
  {
    id: 'FIPS-INT-040',
    title: 'without the configuration of OpenSSL the image says that it is not well',
    requirement: demand.fips140('7.2.4 Modes of operation'),
    overlays: [{ target: CONFIG, absent: true }],
    probes: [DEFAULT_SERVES, MD5_OF_NOTHING],
    boundary:
      'libcrypto without a configuration serves from its default provider; who can take files out of the image can take this one',
  },
];
