import type {
  CheckDefinition,
  CommandProbe,
  Requirement,
} from '../../../activities/selftest/check-definition.ts';
import { POLICY_BOUNDARIES } from './policy-boundaries.ts';
import { POLICY_REFUSALS } from './policy-refusals.ts';
import { demand, notOffered, refused, words } from './probes.ts';

const APPROVED = demand.fips140('7.2.4 Modes of operation: approved services');
const PROPERTIES = demand.openssl('property(7): global and local queries');

const KEY_128 = '00112233445566778899aabbccddeeff';
const KEY_192 = `${KEY_128}0123456789abcdef`;
const KEY_256 = `${KEY_128}${KEY_128}`;
const IV_64 = '0011223344556677';

function one(id: string, title: string, requirement: Requirement, probe: CommandProbe): CheckDefinition {
  return { id, title, requirement, probes: [probe] };
}

function refusedDigest(id: string, algorithm: string, option = algorithm.toLowerCase()): CheckDefinition {
  const probe = refused(algorithm, 'dgst', `-${option}`, '/dev/null');
  return one(id, `the digest ${algorithm} is refused`, demand.sp800131a('9 Hash functions'), probe);
}

function refusedCipher(id: string, algorithm: string, key: string, iv?: string): CheckDefinition {
  const settings = ['-K', key, ...(iv === undefined ? [] : ['-iv', iv])];
  const probe = refused(algorithm, 'enc', `-${algorithm.toLowerCase()}`, ...settings, '-in', '/dev/null');
  return one(id, `the cipher ${algorithm} is refused`, demand.sp800131a('2 Block cipher algorithms'), probe);
}

function refusedKey(id: string, algorithm: string): CheckDefinition {
  const probe = refused(algorithm, 'genpkey', '-algorithm', algorithm, '-out', '/tmp/key');
  return one(id, `a key of ${algorithm} is refused`, demand.policy('Non-approved algorithms'), probe);
}

/** MD5 asked for with options that look for a way around the restriction. */
function refusedWay(id: string, ...options: readonly string[]): CheckDefinition {
  const probe = refused('md5', 'dgst', '-md5', ...options, '/dev/null');
  return one(id, `\`${options.join(' ')}\` brings no algorithm of another provider`, PROPERTIES, probe);
}

const WHOEVER_STARTS_IT =
  'whoever chooses the arguments of a program, or writes it, can load the default provider and ask for it by name; the health check ' +
  'looks at the configuration of the image, not at what one program does';

/** Both at once: the other provider, and a query that lifts the restriction. */
function openWay(id: string, query: string): CheckDefinition {
  return {
    ...one(id, `\`-provider default -propquery ${query}\` is not prevented`, PROPERTIES, {
      run: ['openssl', 'dgst', '-md5', '-r', '-provider', 'default', '-propquery', query, '/dev/null'],
      exit: 0,
      stdout: { all: ['d41d8cd98f00b204e9800998ecf8427e */dev/null'] },
    }),
    boundary: WHOEVER_STARTS_IT,
  };
}

/** The module of the certificate offers it, although its security policy does not allow it: the caller has to keep away. */
function openKey(id: string, algorithm: string): CheckDefinition {
  return {
    ...one(
      id,
      `a key of ${algorithm} can be made, because module 3.1.2 offers it as approved`,
      demand.policy('Non-approved, not allowed: X25519 and X448'),
      {
        run: ['openssl', 'genpkey', '-algorithm', algorithm],
        exit: 0,
        stdout: { some: ['-----BEGIN PRIVATE KEY-----', /[A-Za-z0-9+/]{64}/, '-----END PRIVATE KEY-----'] },
      },
    ),
    boundary: `provider 3.1.2 registers ${algorithm} with fips=yes and its policy does not allow it; TLS does not offer it, a caller must not`,
  };
}

/** FIPS-POL: what is not approved is refused, and where it cannot be, we say so. */
export const POLICY_CHECKS: readonly CheckDefinition[] = [
  refusedDigest('FIPS-POL-001', 'MD5'),
  refusedDigest('FIPS-POL-002', 'MD4'),
  refusedDigest('FIPS-POL-003', 'MD5-SHA1'),
  refusedDigest('FIPS-POL-004', 'MDC2'),
  refusedDigest('FIPS-POL-005', 'RIPEMD160'),
  refusedDigest('FIPS-POL-006', 'SM3'),
  refusedDigest('FIPS-POL-007', 'BLAKE2b512'),
  refusedDigest('FIPS-POL-008', 'BLAKE2s256'),
  refusedDigest('FIPS-POL-009', 'whirlpool'),
  refusedCipher('FIPS-POL-020', 'RC4', KEY_128),
  refusedCipher('FIPS-POL-021', 'DES-CBC', IV_64, IV_64),
  refusedCipher('FIPS-POL-022', 'DES-EDE3-CBC', KEY_192, IV_64),
  refusedCipher('FIPS-POL-023', 'ChaCha20', KEY_256, KEY_128),
  refusedCipher('FIPS-POL-024', 'CAMELLIA-128-CBC', KEY_128, KEY_128),
  refusedCipher('FIPS-POL-025', 'ARIA-128-CBC', KEY_128, KEY_128),
  refusedCipher('FIPS-POL-026', 'SM4-CBC', KEY_128, KEY_128),
  refusedCipher('FIPS-POL-027', 'BF-CBC', KEY_128, IV_64),
  refusedCipher('FIPS-POL-028', 'CAST5-CBC', KEY_128, IV_64),
  refusedCipher('FIPS-POL-029', 'SEED-CBC', KEY_128, KEY_128),
  refusedCipher('FIPS-POL-030', 'RC2-CBC', KEY_128, IV_64),
  refusedCipher('FIPS-POL-031', 'IDEA-CBC', KEY_128, IV_64),
  one('FIPS-POL-040', 'HMAC with MD5 is refused, by the module itself', APPROVED, {
    run: ['openssl', 'mac', '-digest', 'MD5', '-macopt', `hexkey:${KEY_128}`, '-in', '/dev/null', 'HMAC'],
    exit: 1,
    stderr: { some: ['MAC parameter error', notOffered('MD5', 'FIPS internal library context')] },
  }),
  one(
    'FIPS-POL-041',
    'the MAC Poly1305 is refused',
    APPROVED,
    refused('Poly1305', 'mac', '-macopt', `hexkey:${KEY_256}`, '-in', '/dev/null', 'Poly1305'),
  ),
  one(
    'FIPS-POL-042',
    'the key derivation function scrypt is refused',
    APPROVED,
    refused(
      'SCRYPT',
      ...words('kdf -keylen 16 -kdfopt pass:secret -kdfopt salt:0123456789abcdef'),
      ...words('-kdfopt n:1024 -kdfopt r:8 -kdfopt p:1 SCRYPT'),
    ),
  ),
  refusedKey('FIPS-POL-050', 'ED25519'),
  refusedKey('FIPS-POL-051', 'ED448'),
  refusedKey('FIPS-POL-052', 'SM2'),
  refusedKey('FIPS-POL-053', 'ML-KEM-768'),
  one('FIPS-POL-054', 'an RSA key of 1024 bits is refused', demand.sp800131a('3 Digital signatures'), {
    run: ['openssl', 'genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024', '-out', '/tmp/key'],
    exit: 1,
    stderr: { some: [/[0-9A-F]{16}:error:.*:ossl_rsa_sp800_56b_validate_strength:invalid modulus:.*/] },
  }),
  one('FIPS-POL-055', 'a key on the curve secp256k1 is refused', demand.policy('Approved curves'), {
    run: ['openssl', 'genpkey', '-algorithm', 'EC', '-pkeyopt', 'group:secp256k1', '-out', '/tmp/key'],
    exit: 1,
    stderr: { some: [/[0-9A-F]{16}:error:.*:EC_GROUP_new_by_curve_name_ex:unknown group:.*/] },
  }),
  openKey('FIPS-POL-060', 'X25519'),
  openKey('FIPS-POL-061', 'X448'),
  refusedWay('FIPS-POL-070', '-propquery', 'provider=default'),
  refusedWay('FIPS-POL-071', '-propquery', 'fips=no'),
  refusedWay('FIPS-POL-072', '-propquery', '?fips=yes'),
  refusedWay('FIPS-POL-073', '-propquery', '-fips'),
  refusedWay('FIPS-POL-074', '-provider', 'default'),
  refusedWay('FIPS-POL-075', '-provider', 'default', '-propquery', 'provider=default'),
  one('FIPS-POL-076', 'there is no legacy provider to load', PROPERTIES, {
    run: ['openssl', 'dgst', '-md5', '-provider', 'legacy', '/dev/null'],
    exit: 1,
    stderr: {
      some: [
        'dgst: unable to load provider legacy',
        /.*:could not load the shared library:.*:filename\(\/usr\/lib\/ossl-modules\/legacy\.so\).*/,
      ],
    },
  }),
  openWay('FIPS-POL-077', '-fips'),
  openWay('FIPS-POL-078', 'fips=no'),
  openWay('FIPS-POL-079', '?fips=yes'),
  one(
    'FIPS-POL-080',
    'TLS offers suites with forward secrecy and authenticated encryption by AES alone',
    demand.openssl('SSL_CONF_cmd(3): CipherString, Ciphersuites'),
    {
      run: ['openssl', 'ciphers', '-s'],
      exit: 0,
      stdout: {
        all: [
          [
            'TLS_AES_256_GCM_SHA384',
            'TLS_AES_128_GCM_SHA256',
            'ECDHE-ECDSA-AES256-GCM-SHA384',
            'ECDHE-RSA-AES256-GCM-SHA384',
            'ECDHE-ECDSA-AES128-GCM-SHA256',
            'ECDHE-RSA-AES128-GCM-SHA256',
            'DHE-RSA-AES256-GCM-SHA384',
            'DHE-RSA-AES128-GCM-SHA256',
            'ECDHE-ECDSA-AES256-CCM',
            'ECDHE-ECDSA-AES128-CCM',
          ].join(':'),
        ],
      },
    },
  ),
  ...POLICY_REFUSALS,
  ...POLICY_BOUNDARIES,
];
