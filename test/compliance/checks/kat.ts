import type { CheckDefinition, CommandProbe, Line } from '../../../activities/selftest/check-definition.ts';
import { demand, words } from './probes.ts';

/** What the module calls a self-test. */
export type SelfTest = readonly [name: string, type: string];

/** Every self-test of provider 3.1.2, in the order it does them. */
export const SELF_TESTS: readonly SelfTest[] = [
  ['HMAC', 'KAT_Integrity'],
  ['HMAC', 'Module_Integrity'],
  ['SHA1', 'KAT_Digest'],
  ['SHA2', 'KAT_Digest'],
  ['SHA3', 'KAT_Digest'],
  ['AES_GCM', 'KAT_Cipher'],
  ['AES_ECB_Decrypt', 'KAT_Cipher'],
  ['RNG', 'Continuous_RNG_Test'],
  ['RSA', 'KAT_Signature'],
  ['ECDSA', 'KAT_Signature'],
  ['ECDSA', 'KAT_Signature'],
  ['DSA', 'KAT_Signature'],
  ['TLS13_KDF_EXTRACT', 'KAT_KDF'],
  ['TLS13_KDF_EXPAND', 'KAT_KDF'],
  ['TLS12_PRF', 'KAT_KDF'],
  ['PBKDF2', 'KAT_KDF'],
  ['SSHKDF', 'KAT_KDF'],
  ['KBKDF', 'KAT_KDF'],
  ['HKDF', 'KAT_KDF'],
  ['SSKDF', 'KAT_KDF'],
  ['X963KDF', 'KAT_KDF'],
  ['X942KDF', 'KAT_KDF'],
  ['HASH', 'DRBG'],
  ['CTR', 'DRBG'],
  ['HMAC', 'DRBG'],
  ['DH', 'KAT_KA'],
  ['ECDH', 'KAT_KA'],
  ['RSA_Encrypt', 'KAT_AsymmetricCipher'],
  ['RSA_Decrypt', 'KAT_AsymmetricCipher'],
  ['RSA_Decrypt', 'KAT_AsymmetricCipher'],
];

/**
 * What else a corrupted self-test takes with it: the module stops at once, gives up the tests of the same type that follow, or has no
 * random bytes for those that follow.
 */
type Consequence = 'stops' | 'ends its type' | 'starves';

/** Each self-test that can be corrupted by itself, with the id of the check that does it. Two of one name and type go together. */
const CORRUPTIBLE: readonly (readonly [id: string, name: string, type: string, then?: Consequence])[] = [
  ['FIPS-KAT-101', 'HMAC', 'KAT_Integrity', 'stops'],
  ['FIPS-KAT-102', 'HMAC', 'Module_Integrity', 'stops'],
  ['FIPS-KAT-103', 'SHA1', 'KAT_Digest'],
  ['FIPS-KAT-104', 'SHA2', 'KAT_Digest'],
  ['FIPS-KAT-105', 'SHA3', 'KAT_Digest'],
  ['FIPS-KAT-106', 'AES_GCM', 'KAT_Cipher'],
  ['FIPS-KAT-107', 'AES_ECB_Decrypt', 'KAT_Cipher'],
  ['FIPS-KAT-108', 'RNG', 'Continuous_RNG_Test', 'starves'],
  ['FIPS-KAT-109', 'RSA', 'KAT_Signature', 'ends its type'],
  ['FIPS-KAT-110', 'ECDSA', 'KAT_Signature', 'ends its type'],
  ['FIPS-KAT-111', 'DSA', 'KAT_Signature'],
  ['FIPS-KAT-112', 'TLS13_KDF_EXTRACT', 'KAT_KDF'],
  ['FIPS-KAT-113', 'TLS13_KDF_EXPAND', 'KAT_KDF'],
  ['FIPS-KAT-114', 'TLS12_PRF', 'KAT_KDF'],
  ['FIPS-KAT-115', 'PBKDF2', 'KAT_KDF'],
  ['FIPS-KAT-116', 'SSHKDF', 'KAT_KDF'],
  ['FIPS-KAT-117', 'KBKDF', 'KAT_KDF'],
  ['FIPS-KAT-118', 'HKDF', 'KAT_KDF'],
  ['FIPS-KAT-119', 'SSKDF', 'KAT_KDF'],
  ['FIPS-KAT-120', 'X963KDF', 'KAT_KDF'],
  ['FIPS-KAT-121', 'X942KDF', 'KAT_KDF'],
  ['FIPS-KAT-122', 'HASH', 'DRBG'],
  ['FIPS-KAT-123', 'CTR', 'DRBG'],
  ['FIPS-KAT-124', 'HMAC', 'DRBG'],
  ['FIPS-KAT-125', 'DH', 'KAT_KA'],
  ['FIPS-KAT-126', 'ECDH', 'KAT_KA'],
  ['FIPS-KAT-127', 'RSA_Encrypt', 'KAT_AsymmetricCipher'],
  ['FIPS-KAT-128', 'RSA_Decrypt', 'KAT_AsymmetricCipher'],
];

/**
 * Installs the module again, into the container's own /tmp: the one way to see each self-test. The configuration of the image is
 * left out, or the module would be loaded before anybody listens.
 */
export const INSTALL = [
  ...words('openssl fipsinstall -pedantic -module /usr/lib/ossl-modules/fips.so'),
  ...words('-provider_name fips -section_name fips_sect -out /tmp/fipsmodule.cnf'),
];
export const UNCONFIGURED = { OPENSSL_CONF: '/dev/null' } as const;
const INSTALLED: readonly Line[] = [
  '\tname:     \tOpenSSL FIPS Provider',
  '\tversion:  \t{providerVersion}',
  '\tbuild:    \t{providerVersion}',
  'INSTALL PASSED',
];
const ERROR = '[0-9A-F]{16}:error:';
export const NOT_INSTALLED: readonly Line[] = [
  'Failed to load FIPS module',
  'INSTALL FAILED',
  new RegExp(String.raw`${ERROR}1C8000D4:Provider routines:SELF_TEST_post:invalid state:.*`),
  new RegExp(String.raw`${ERROR}1C8000D8:Provider routines:OSSL_provider_init_int:self test post failure:.*`),
  new RegExp(String.raw`${ERROR}078C0105:common libcrypto routines:provider_init:init fail:.*:name=fips`),
];

function installs(all: readonly Line[]): CommandProbe {
  return { run: INSTALL, exit: 0, stderr: { all: [...all, ...INSTALLED] } };
}

/** The line in which the module says what came of a self-test. */
export function said([name, type]: SelfTest, verdict: 'Pass' | 'Fail' | 'Corrupt Fail'): string {
  return `${name} : (${type}) : ${verdict}`;
}

/** What the module says of its self-tests when one is corrupted. */
function saidWhenCorrupted(name: string, type: string, then: Consequence | undefined): string[] {
  const first = SELF_TESTS.findIndex((test) => test[0] === name && test[1] === type);
  const before = SELF_TESTS.slice(0, first).map((test) => said(test, 'Pass'));
  const after = SELF_TESTS.slice(first + 1);
  const corrupted = said([name, type], 'Corrupt Fail');
  // The test of the integrity of the module contains the test of the HMAC that it uses.
  if (then === 'stops') return [...before, corrupted, ...(type === 'KAT_Integrity' ? ['Fail'] : [])];
  if (then === 'ends its type') {
    return [
      ...before,
      corrupted,
      ...after.filter((test) => test[1] !== type).map((test) => said(test, 'Pass')),
    ];
  }
  if (then === 'starves') {
    const tried = after.filter((test) => test[1] !== 'KAT_Signature' || test[0] === 'RSA');
    return [...before, corrupted, ...tried.map((test) => said(test, 'Fail'))];
  }
  return SELF_TESTS.map((test) => (test[0] === name && test[1] === type ? corrupted : said(test, 'Pass')));
}

function corruption([id, name, type, then]: (typeof CORRUPTIBLE)[number]): CheckDefinition {
  const kind = type.endsWith('_Integrity')
    ? demand.guidance('10.2.A Pre-operational integrity technique self-test')
    : demand.guidance('10.3.A Cryptographic algorithm self-test requirements');
  return {
    id,
    title: `the module refuses to work when its self-test ${name} (${type}) is corrupted`,
    requirement: kind,
    env: UNCONFIGURED,
    probes: [
      {
        run: [...INSTALL, '-corrupt_desc', name, '-corrupt_type', type],
        exit: 1,
        stderr: { all: [...saidWhenCorrupted(name, type, then), ...NOT_INSTALLED] },
      },
    ],
  };
}

/** FIPS-KAT: every self-test of the module is done, and each one can fail. */
export const KAT_CHECKS: readonly CheckDefinition[] = [
  {
    id: 'FIPS-KAT-001',
    title: 'the module does exactly its 30 self-tests, in their order, and each passes',
    requirement: demand.fips140('7.10.3.2 Conditional cryptographic algorithm self-test'),
    env: UNCONFIGURED,
    probes: [installs(SELF_TESTS.map((test) => said(test, 'Pass')))],
  },
  {
    id: 'FIPS-KAT-002',
    title: 'the configuration of the module fits it, by the tool that wrote it',
    requirement: demand.openssl('openssl-fipsinstall(1): -verify'),
    env: UNCONFIGURED,
    probes: [
      {
        run: [
          ...words('openssl fipsinstall -verify -module /usr/lib/ossl-modules/fips.so'),
          ...words('-in /etc/ssl/fipsmodule.cnf -provider_name fips -section_name fips_sect'),
        ],
        exit: 0,
        stderr: { all: ['VERIFY PASSED'] },
      },
    ],
  },
  {
    id: 'FIPS-KAT-003',
    title:
      'a corruption of a self-test that does not exist is no failure: only “Corrupt Fail” shows that one was caught',
    requirement: demand.openssl('openssl-fipsinstall(1): -corrupt_desc'),
    env: UNCONFIGURED,
    probes: [
      {
        ...installs(SELF_TESTS.map((test) => said(test, 'Pass'))),
        run: [...INSTALL, '-corrupt_desc', 'NO_SUCH_TEST'],
      },
    ],
    boundary:
      'fipsinstall ends well for a name it does not know, so an exit code of 0 or 1 proves nothing by itself',
  },
  ...CORRUPTIBLE.map(corruption),
];
