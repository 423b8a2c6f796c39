import type { CheckDefinition, Requirement } from '../../../activities/selftest/check-definition.ts';
import { demand } from './probes.ts';

/** The digest of “abc”, the example of the standards (NIST CSRC, examples with intermediate values). */
function digestOfAbc(
  id: string,
  name: string,
  requirement: Requirement,
  answer: string,
  options: readonly string[] = [],
): CheckDefinition {
  return {
    id,
    title: `${name} of “abc” is the known answer`,
    requirement,
    probes: [
      {
        run: ['openssl', 'dgst', `-${name.toLowerCase()}`, ...options, '-r'],
        input: 'abc',
        exit: 0,
        stdout: { all: [`${answer} *stdin`] },
      },
    ],
  };
}

const SHA2 = demand.fips180('6 Secure hash algorithms');
const SHA3 = demand.fips202('6.1 SHA-3 hash functions');
const SHAKE = demand.fips202('6.2 SHA-3 extendable-output functions');

/** FIPS-DIG: approved digests give the answers of their standards. */
export const DIGEST_CHECKS: readonly CheckDefinition[] = [
  digestOfAbc('FIPS-DIG-001', 'SHA1', SHA2, 'a9993e364706816aba3e25717850c26c9cd0d89d'),
  digestOfAbc('FIPS-DIG-002', 'SHA224', SHA2, '23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7'),
  digestOfAbc(
    'FIPS-DIG-003',
    'SHA256',
    SHA2,
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  ),
  digestOfAbc(
    'FIPS-DIG-004',
    'SHA384',
    SHA2,
    'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
  ),
  digestOfAbc(
    'FIPS-DIG-005',
    'SHA512',
    SHA2,
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  ),
  digestOfAbc('FIPS-DIG-006', 'SHA512-224', SHA2, '4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa'),
  digestOfAbc(
    'FIPS-DIG-007',
    'SHA512-256',
    SHA2,
    '53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23',
  ),
  digestOfAbc('FIPS-DIG-008', 'SHA3-224', SHA3, 'e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf'),
  digestOfAbc(
    'FIPS-DIG-009',
    'SHA3-256',
    SHA3,
    '3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532',
  ),
  digestOfAbc(
    'FIPS-DIG-010',
    'SHA3-384',
    SHA3,
    'ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25',
  ),
  digestOfAbc(
    'FIPS-DIG-011',
    'SHA3-512',
    SHA3,
    'b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0',
  ),
  digestOfAbc(
    'FIPS-DIG-012',
    'SHAKE128',
    SHAKE,
    '5881092dd818bf5cf8a3ddb793fbcba74097d5c526a6d35f97b83351940f2cc8',
    ['-xoflen', '32'],
  ),
  digestOfAbc(
    'FIPS-DIG-013',
    'SHAKE256',
    SHAKE,
    '483366601360a8771c6863080cc4114d8db44530f8f1e1ee4f94ea37e78b5739d5a15bef186a5386c75744c0527e1faa9f8726e462a12a4feb06bd8801e751e4',
    ['-xoflen', '64'],
  ),
];
