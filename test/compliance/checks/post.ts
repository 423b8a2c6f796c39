import type { CheckDefinition } from '../../../activities/selftest/check-definition.ts';
import { demand, HEALTHY, LISTS_FIPS } from './probes.ts';

const SERVED = demand.openssl('OSSL_PROVIDER-FIPS(7): the provider is the only source of algorithms');

/** Everything that an algorithm list says is provided comes from the FIPS provider; names below `Legacy:` are no offers. */
function providedByFips(
  id: string,
  title: string,
  list: string,
  ...some: readonly [RegExp, ...RegExp[]]
): CheckDefinition {
  return {
    id,
    title,
    requirement: SERVED,
    probes: [
      {
        run: ['openssl', 'list', list],
        exit: 0,
        stdout: { some, none: [/.* @ (?!fips$).*/] },
      },
    ],
  };
}

/** FIPS-POST: the module comes up by itself, and nothing else does. */
export const POST_CHECKS: readonly CheckDefinition[] = [
  {
    id: 'FIPS-POST-001',
    title: 'the provider loads with its pre-operational self-tests: base and fips are active, and no other',
    requirement: demand.fips140('7.10.2 Pre-operational self-tests'),
    probes: [LISTS_FIPS],
  },
  {
    id: 'FIPS-POST-002',
    title: 'the health check of the image passes, and names the version of the provider',
    requirement: demand.fips140('7.4.3 Services: show status, show module’s versioning information'),
    probes: [HEALTHY],
  },
  {
    id: 'FIPS-POST-003',
    title: 'the core is the version that was built, the library as well as the command',
    requirement: demand.design('Variants: one OpenSSL release'),
    probes: [
      {
        run: ['openssl', 'version'],
        exit: 0,
        stdout: {
          all: [/OpenSSL (\S+) \d+ [A-Z][a-z]{2} \d{4} \(Library: OpenSSL \1 \d+ [A-Z][a-z]{2} \d{4}\)/],
        },
      },
      {
        run: ['openssl', 'list', '-providers', '-provider', 'base'],
        exit: 0,
        stdout: { some: ['    version: {coreVersion}'] },
      },
    ],
  },
  {
    id: 'FIPS-POST-004',
    title: 'the folders compiled into the core are those of the image',
    requirement: demand.openssl('openssl-version(1)'),
    probes: [
      {
        run: ['openssl', 'version', '-d', '-m'],
        exit: 0,
        stdout: { all: ['OPENSSLDIR: "/etc/ssl"', 'MODULESDIR: "/usr/lib/ossl-modules"'] },
      },
    ],
  },
  providedByFips(
    'FIPS-POST-010',
    'every digest comes from the FIPS provider',
    '-digest-algorithms',
    /\s*\{ .*SHA2-256.* \} @ fips/,
  ),
  providedByFips(
    'FIPS-POST-011',
    'every cipher comes from the FIPS provider',
    '-cipher-algorithms',
    /\s*\{ .*aes-256-gcm.* \} @ fips/,
  ),
  providedByFips(
    'FIPS-POST-012',
    'every MAC comes from the FIPS provider',
    '-mac-algorithms',
    /\s*.*HMAC @ fips/,
  ),
  providedByFips(
    'FIPS-POST-013',
    'every key derivation function comes from the FIPS provider',
    '-kdf-algorithms',
    /\s*.*HKDF @ fips/,
  ),
  providedByFips(
    'FIPS-POST-014',
    'every signature algorithm comes from the FIPS provider',
    '-signature-algorithms',
    /\s*.*ECDSA.* @ fips/,
  ),
  providedByFips(
    'FIPS-POST-015',
    'every key exchange comes from the FIPS provider',
    '-key-exchange-algorithms',
    /\s*.*ECDH.* @ fips/,
  ),
  providedByFips(
    'FIPS-POST-016',
    'every random generator comes from the FIPS provider',
    '-random-generators',
    /\s*CTR-DRBG @ fips/,
  ),
];
