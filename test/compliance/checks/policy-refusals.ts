import type { CheckDefinition, CommandProbe } from '../../../activities/selftest/check-definition.ts';
import { OLD_KEYS } from './policy-vectors.ts';
import { demand, notOffered as notOfferedLine } from './probes.ts';
import { answered, notOffered } from './questions.ts';
import { named, table } from './table.ts';

const LISTED = demand.policy('Approved algorithms');
const LENGTHS = demand.sp800131a('3 Digital signatures, 5 Key agreement');
const TLS_PRF = demand.guidance('D.Q Transition of the TLS 1.2 KDF to support the extended master secret');

const KEYS = Object.fromEntries(OLD_KEYS.map(({ name, der }) => [name, der]));

/** Algorithms that the default provider of the same libcrypto offers, so that the names are right, and the image does not. */
const UNKNOWN_HERE = table(
  ['id', 'op', 'alg'],
  `
  FIPS-POL-100 | digest | SHA2-256/192
  FIPS-POL-101 | digest | KECCAK-256
  FIPS-POL-102 | digest | NULL
  FIPS-POL-103 | mac | SIPHASH
  FIPS-POL-104 | mac | BLAKE2BMAC
  FIPS-POL-105 | mac | BLAKE2SMAC
  FIPS-POL-106 | kdf | ARGON2I
  FIPS-POL-107 | kdf | ARGON2D
  FIPS-POL-108 | kdf | ARGON2ID
  FIPS-POL-109 | kdf | PKCS12KDF
  FIPS-POL-112 | kdf | HMAC-DRBG-KDF
  FIPS-POL-113 | cipher | ChaCha20-Poly1305
  FIPS-POL-114 | cipher | DES-EDE-CBC
  FIPS-POL-115 | cipher | SM4-GCM
  FIPS-POL-116 | cipher | ARIA-256-GCM
  FIPS-POL-117 | signature | ML-DSA-65
  FIPS-POL-118 | signature | SLH-DSA-SHA2-128s
  FIPS-POL-119 | signature | ED25519ph
  FIPS-POL-120 | kem | ML-KEM-512
  FIPS-POL-121 | kem | ML-KEM-1024
  FIPS-POL-122 | kem | X25519MLKEM768
  FIPS-POL-123 | keymgmt | SM2
  FIPS-POL-124 | keymgmt | POLY1305
  FIPS-POL-125 | asymcipher | SM2
`,
);

/** Keys that are not made. */
const NO_KEYS = table(
  ['id', 'what', 'words', 'reason'],
  `
  FIPS-POL-130 | an RSA key of 512 bits | type=RSA bits=512 | invalid modulus at=generate
  FIPS-POL-131 | an RSA key of 2047 bits | type=RSA bits=2047 | key size too small at=generate
  FIPS-POL-132 | a key on brainpoolP256r1 | type=EC group=brainpoolP256r1 | unknown group at=generate
  FIPS-POL-133 | a key on brainpoolP384r1 | type=EC group=brainpoolP384r1 | unknown group at=generate
  FIPS-POL-134 | a key on brainpoolP512r1 | type=EC group=brainpoolP512r1 | unknown group at=generate
  FIPS-POL-135 | a key on secp224k1 | type=EC group=secp224k1 | unknown group at=generate
  FIPS-POL-136 | a key on secp160r1 | type=EC group=secp160r1 | unknown group at=generate
  FIPS-POL-137 | a key on prime192v2 | type=EC group=prime192v2 | unknown group at=generate
  FIPS-POL-138 | a key on prime239v1 | type=EC group=prime239v1 | unknown group at=generate
  FIPS-POL-139 | a key on a curve of WTLS | type=EC group=wap-wsg-idm-ecid-wtls12 | unknown group at=generate
  FIPS-POL-140 | a key on the group of 1536 bits of IKE | type=DH group=modp_1536 | passed invalid argument at=parameters
  FIPS-POL-141 | a DSA key without domain parameters | type=DSA | provider keymgmt failure at=generate
  FIPS-POL-142 | a key for SLH-DSA | type=SLH-DSA-SHAKE-128f | unsupported at=fetch
  FIPS-POL-143 | a key for ML-DSA | type=ML-DSA-44 | unsupported at=fetch
`,
);

/** Uses of keys that are refused; the names of keys in braces are those of the vectors. */
const NO_USE = table(
  ['id', 'what', 'ask', 'reason'],
  `
  FIPS-POL-150 | a signature of RSA with 1024 bits | sign key.der={rsa1024} digest=SHA256 data=61 | invalid key length at=start
  FIPS-POL-151 | a signature of RSA with 1024 bits under a digest that is given | sign key.der={rsa1024} hash=0000000000000000000000000000000000000000000000000000000000000000 digest=SHA256 | invalid key length at=start
  FIPS-POL-152 | encryption by RSA with 1024 bits | transport key.der={rsa1024} data=61 pad-mode=oaep | invalid key length at=start
  FIPS-POL-153 | a signature of RSA with SHA-1 | sign key.der={rsa2048} digest=SHA1 data=61 | digest not allowed at=start
  FIPS-POL-154 | a signature of RSA with MD5 | sign key.der={rsa2048} digest=MD5 data=61 | unsupported at=start
  FIPS-POL-155 | the verification of a signature of RSA with MD5 | verify key.der={rsa2048} digest=MD5 data=61 sig=00 | unsupported at=start
  FIPS-POL-156 | a signature of RSA with SHAKE256 | sign key.der={rsa2048} digest=SHAKE256 data=61 | digest not allowed at=start
  FIPS-POL-157 | a signature of ECDSA with SHA-1 | sign key.new=EC key.group=P-256 digest=SHA1 data=61 | digest not allowed at=start
  FIPS-POL-158 | a signature of ECDSA with MD5 | sign key.new=EC key.group=P-256 digest=MD5 data=61 | unsupported at=start
  FIPS-POL-159 | a signature of ECDSA with SHAKE128 | sign key.new=EC key.group=P-256 digest=SHAKE128 data=61 | digest not allowed at=start
  FIPS-POL-160 | a signature of ECDSA on P-192 | sign key.new=EC key.group=P-192 digest=SHA256 data=61 | invalid curve at=start
  FIPS-POL-161 | a signature of ECDSA on a curve of 163 bits | sign key.new=EC key.group=sect163k1 digest=SHA256 data=61 | invalid curve at=start
  FIPS-POL-162 | agreement on P-192 | agree type=EC group=P-192 | invalid curve at=start
  FIPS-POL-163 | agreement on a curve of 163 bits | agree type=EC group=sect163k1 | invalid curve at=start
  FIPS-POL-164 | a signature of DSA with SHA-1 | sign key.der={dsa2048} digest=SHA1 data=61 | digest not allowed at=start
  FIPS-POL-165 | HMAC with MD5 | mac alg=HMAC digest=MD5 hexkey=000102030405060708090a0b0c0d0e0f data= | unsupported at=init
  FIPS-POL-166 | HMAC with MD4 | mac alg=HMAC digest=MD4 hexkey=000102030405060708090a0b0c0d0e0f data= | unsupported at=init
  FIPS-POL-167 | CMAC with Camellia | mac alg=CMAC cipher=CAMELLIA-128-CBC hexkey=000102030405060708090a0b0c0d0e0f data= | unsupported at=init
  FIPS-POL-168 | PBKDF2 with MD5 | kdf alg=PBKDF2 digest=MD5 hexpass=61 hexsalt=000102030405060708090a0b0c0d0e0f iter=1000 out=16 | unsupported at=derive
  FIPS-POL-169 | the PRF of TLS 1.0 and 1.1, which needs MD5 | kdf alg=TLS1-PRF digest=MD5-SHA1 hexsecret=000102030405060708090a0b0c0d0e0f hexseed=61 out=48 | unsupported at=derive
`,
);

/** The label “master secret”, which the module refuses in favour of “extended master secret”. */
const MASTER_SECRET = '6d617374657220736563726574';
const EXTENDED_MASTER_SECRET = `657874656e64656420${MASTER_SECRET}`;
const PRF = 'kdf alg=TLS1-PRF digest=SHA256 hexsecret=000102030405060708090a0b0c0d0e0f out=48';

function refusedCommand(id: string, title: string, probe: CommandProbe): CheckDefinition {
  return { id, title, requirement: LISTED, probes: [probe] };
}

/** What the module or the library refuses, asked through the library. */
export const POLICY_REFUSALS: readonly CheckDefinition[] = [
  ...UNKNOWN_HERE.map(({ id, op, alg }) =>
    answered(id, `${alg} (${op}) is not offered`, LISTED, ...notOffered(op, alg)),
  ),
  ...NO_KEYS.map(({ id, what, words, reason }) =>
    answered(id, `${what} is not made`, LENGTHS, [`keygen ${words}`, `refused ${reason}`]),
  ),
  ...NO_USE.map(({ id, what, ask, reason }) =>
    answered(id, `${what} is refused`, LENGTHS, [withKeys(ask), `refused ${reason}`]),
  ),
  answered(
    'FIPS-POL-170',
    'the master secret of TLS 1.2 is derived as the extended one alone',
    TLS_PRF,
    [`${PRF} hexseed=${EXTENDED_MASTER_SECRET}`, /ok key=[0-9a-f]{96}/],
    [`${PRF} hexseed=${MASTER_SECRET}`, 'refused ems not enabled at=derive'],
  ),
  refusedCommand('FIPS-POL-171', 'a file encrypted under a key that MD5 makes of a password is refused', {
    run: [
      'openssl',
      'enc',
      '-aes-128-cbc',
      '-md',
      'md5',
      '-pass',
      'pass:secret',
      '-in',
      '/dev/null',
      '-out',
      '/tmp/out',
    ],
    exit: 1,
    stderr: { some: ['EVP_BytesToKey failed', notOfferedLine('MD5')] },
  }),
  refusedCommand('FIPS-POL-172', 'a private key encrypted with triple DES is refused', {
    run: [
      'openssl',
      'genpkey',
      '-algorithm',
      'EC',
      '-pkeyopt',
      'group:P-256',
      '-des3',
      '-pass',
      'pass:secret',
      '-out',
      '/tmp/key',
    ],
    exit: 1,
    stderr: { some: [notOfferedLine('DES-EDE3-CBC')] },
  }),
  refusedCommand(
    'FIPS-POL-173',
    'a password is not hashed with MD5, although the command ends well: it says that it has nothing',
    {
      run: ['openssl', 'passwd', '-1', '-salt', 'abcdefgh', 'secret'],
      exit: 0,
      stdout: { all: ['<NULL>'] },
    },
  ),
];

function withKeys(ask: string): string {
  return ask.replaceAll(/\{(\w+)\}/g, (_braced, name: string) => named(KEYS, name));
}
