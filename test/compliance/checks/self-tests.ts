import type { CheckDefinition } from '../../../activities/selftest/check-definition.ts';
import { INSTALL, NOT_INSTALLED, said, SELF_TESTS, type SelfTest, UNCONFIGURED } from './kat.ts';
import { demand } from './probes.ts';
import { type Asked, answered, refusal } from './questions.ts';
import { table } from './table.ts';

const PERIODIC = demand.fips140('7.10.3.8 Periodic self-tests');
const PAIRWISE = demand.fips140('7.10.3.3 Conditional pair-wise consistency test');
const CAST = demand.guidance('10.3.A Cryptographic algorithm self-test requirements');
const ERROR = demand.fips140('7.10.1 Self-test failure: error state, no output of data');

/** The continuous test of random bytes is done when a generator starts, and not again when the others are repeated. */
const REPEATED = SELF_TESTS.filter(([name]) => name !== 'RNG');

const IN_ERROR_STATE = refusal('fips module in error state', 'fetch');
const WORKS: Asked = ['provider name=fips params=status', 'ok status=1'];
const STOPPED: readonly [Asked, Asked] = [
  ['provider name=fips params=status', 'ok status=0'],
  ['digest alg=SHA256 data=616263', IN_ERROR_STATE],
];
const SPOILED: readonly [Asked, Asked] = [
  ['corrupt type=KAT_Digest desc=SHA2', 'ok'],
  ['selftest', refusal('self test kat failure', 'self-test')],
];

/** Self-tests as the probe tells them. */
function told(tests: readonly SelfTest[]): string {
  return tests.map(([name, type]) => `${type}/${name}:Pass`).join(',');
}

/** A check in a process of its own, because the module does not come back from its error state. */
function alone(check: CheckDefinition): CheckDefinition {
  return { ...check, isAlone: true };
}

/** One of the repeated self-tests spoiled while the module is in use. `reason` is the first error that it raises. */
function spoiled([name, type]: SelfTest, index: number): CheckDefinition {
  const nth = REPEATED.slice(0, index + 1).filter((test) => test[0] === name && test[1] === type).length;
  const twins = REPEATED.filter((test) => test[0] === name && test[1] === type).length;
  const which = twins === 1 ? name : `${name}, number ${nth}`;
  return alone(
    answered(
      `FIPS-CST-${101 + index}`,
      `${which} (${type}), corrupted when it is repeated, puts the module into its error state`,
      PERIODIC,
      WORKS,
      [`corrupt type=${type} desc=${name} nth=${nth}`, 'ok'],
      ['selftest', refusal(reasonOf([name, type]), 'self-test')],
      ...STOPPED,
    ),
  );
}

function reasonOf([name, type]: SelfTest): string {
  if (type.endsWith('_Integrity')) return 'module integrity failure';
  return type === 'KAT_Signature' && name === 'RSA' ? 'invalid padding' : 'self test kat failure';
}

/** The tests of new key pairs, each spoiled. */
const PAIRS = table(
  ['id', 'type', 'name', 'key'],
  `
  FIPS-CST-201 | Conditional_PCT | ECDSA | type=EC group=P-256
  FIPS-CST-202 | Conditional_KAT | ECDSA | type=EC group=P-256
  FIPS-CST-203 | Conditional_PCT | RSA   | type=RSA bits=2048
`,
);

/**
 * What a new key is refused with. Of RSA it is the encrypted text that is spoiled: with one key in some hundreds it is no longer below the
 * modulus then, and decryption says so before the module does.
 */
function refusalOf(pair: string): string | RegExp {
  const entering = 'fips module entering error state';
  if (pair !== 'RSA') return refusal(entering, 'generate');
  return new RegExp(refusal(`(?:${entering}|data too large for modulus)`, 'generate'));
}

/** What works, and what is said of it once the module is in its error state. */
const SERVICES = table(
  ['id', 'service', 'ask', 'works', 'reason'],
  `
  FIPS-CST-301 | a digest | digest alg=SHA3-256 data=616263 | md=[0-9a-f]{64} | fips module in error state at=fetch
  FIPS-CST-302 | a MAC | mac alg=HMAC digest=SHA256 hexkey=000102030405060708090a0b0c0d0e0f data= | mac=[0-9a-f]{64} | fips module in error state at=fetch
  FIPS-CST-303 | a key derivation | kdf alg=HKDF digest=SHA256 hexkey=000102030405060708090a0b0c0d0e0f out=16 | key=[0-9a-f]{32} | fips module in error state at=fetch
  FIPS-CST-304 | a cipher | cipher alg=AES-128-ECB dir=enc key=000102030405060708090a0b0c0d0e0f data= | out= | fips module in error state at=fetch
  FIPS-CST-305 | random bytes for public values | draw which=public bytes=32 | differ=yes zero=no | fips module in error state at=generate
  FIPS-CST-306 | random bytes for private values | draw which=private bytes=32 | differ=yes zero=no | fips module in error state at=generate
  FIPS-CST-307 | a new generator | drbg alg=HASH-DRBG digest=SHA256 | strength=256 differ=yes zero=no zeroized=yes | fips module in error state at=fetch
  FIPS-CST-308 | a new key on a curve | keygen type=EC group=P-256 | bits=256 .* | fips module in error state at=fetch
  FIPS-CST-309 | a signature with a key made before | sign key.new=EC key.group=P-256 digest=SHA256 data=61 | sig=[0-9a-f]+ | operation not supported for this keytype at=start
  FIPS-CST-310 | key agreement with keys made before | derive key.new=EC key.group=P-256 peer.new=EC peer.group=P-256 | secret=[0-9a-f]{64} | operation not supported for this keytype at=start
  FIPS-CST-311 | key transport with a key made before | transport key.new=RSA key.bits=2048 data=61 pad-mode=oaep | recovered=yes altered=no | operation not supported for this keytype at=start
  FIPS-CST-312 | a TLS handshake | tls | version=TLSv1.3 .* | library has no ciphers at=client.context
  FIPS-CST-313 | the module in another library context | load name=fips config=/etc/ssl/openssl.cnf | status=1 | invalid state at=load
  FIPS-CST-314 | the module in another library context without a configuration | load name=fips | status=1 | invalid state at=load
`,
);

/** All self-tests of one type spoiled at once, when the module is installed. */
const TYPES = table(
  ['id', 'type', 'caught'],
  `
  FIPS-CST-401 | KAT_Digest | SHA1 SHA2 SHA3
  FIPS-CST-402 | KAT_Cipher | AES_GCM AES_ECB_Decrypt
  FIPS-CST-403 | KAT_Signature | RSA
  FIPS-CST-404 | KAT_KDF | TLS13_KDF_EXTRACT TLS13_KDF_EXPAND TLS12_PRF PBKDF2 SSHKDF KBKDF HKDF SSKDF X963KDF X942KDF
  FIPS-CST-405 | DRBG | HASH CTR HMAC
  FIPS-CST-406 | KAT_KA | DH ECDH
  FIPS-CST-407 | KAT_AsymmetricCipher | RSA_Encrypt RSA_Decrypt RSA_Decrypt
`,
);

function typeSpoiled({ id, type, caught }: (typeof TYPES)[number]): CheckDefinition {
  const names = caught.split(' ');
  const all = SELF_TESTS.flatMap((test) => {
    if (test[1] !== type) return [said(test, 'Pass')];
    return names.includes(test[0]) ? [said(test, 'Corrupt Fail')] : [];
  });
  return {
    id,
    title: `every self-test of the type ${type} is caught when all of them are corrupted`,
    requirement: CAST,
    env: UNCONFIGURED,
    probes: [
      { run: [...INSTALL, '-corrupt_type', type], exit: 1, stderr: { all: [...all, ...NOT_INSTALLED] } },
    ],
  };
}

/** FIPS-CST: self-tests are done at start, on demand and for each new key pair, and after one that failed nothing works any more. */
export const SELF_TEST_CHECKS: readonly CheckDefinition[] = [
  answered(
    'FIPS-CST-001',
    'a program that only loads the configuration of the image gets all 30 self-tests',
    CAST,
    ['events', `ok count=30 tests=${told(SELF_TESTS)}`],
  ),
  answered(
    'FIPS-CST-002',
    'the self-tests can be repeated at any time, and the module goes on working',
    PERIODIC,
    ['selftest', `ok count=29 tests=${told(REPEATED)}`],
    WORKS,
  ),
  answered('FIPS-CST-010', 'a new key on a curve is tested: signature and public key', PAIRWISE, [
    'keygen type=EC group=P-256',
    /ok .* tests=Conditional_PCT\/ECDSA:Pass,Conditional_KAT\/ECDSA:Pass/,
  ]),
  answered('FIPS-CST-011', 'a new RSA key is tested: signature', PAIRWISE, [
    'keygen type=RSA bits=2048',
    /ok .* tests=Conditional_PCT\/RSA:Pass/,
  ]),
  answered('FIPS-CST-012', 'a new key for RSA-PSS is tested: signature', PAIRWISE, [
    'keygen type=RSA-PSS bits=2048',
    /ok .* tests=Conditional_PCT\/RSA:Pass/,
  ]),
  ...REPEATED.map(spoiled),
  ...PAIRS.map(({ id, type, name, key }) =>
    alone(
      answered(
        id,
        `${name} (${type}), corrupted for a new key pair, gives no key and puts the module into its error state`,
        PAIRWISE,
        [`corrupt type=${type} desc=${name}`, 'ok'],
        [`keygen ${key}`, refusalOf(name)],
        ...STOPPED,
      ),
    ),
  ),
  ...SERVICES.map(({ id, service, ask, works, reason }) =>
    alone(
      answered(
        id,
        `${service}: there before a self-test failed, refused after it`,
        ERROR,
        [ask, new RegExp(`ok ${works}`)],
        ...SPOILED,
        [ask, `refused ${reason}`],
      ),
    ),
  ),
  alone(
    answered(
      'FIPS-CST-320',
      'another self-test does not bring the module back from its error state',
      ERROR,
      ...SPOILED,
      ['corrupt type=none desc=none', 'ok'],
      ['selftest', refusal('invalid state', 'self-test')],
      ...STOPPED,
    ),
  ),
  alone(
    answered(
      'FIPS-CST-321',
      'after a self-test failed, no other provider serves: MD5 stays refused, and the providers are the same',
      ERROR,
      ...SPOILED,
      ['fetch op=digest alg=MD5', IN_ERROR_STATE],
      ['fetch op=digest alg=MD5 props=-fips', IN_ERROR_STATE],
      ['providers', 'ok names=base,fips'],
      ['defaults', 'ok fips=yes properties=fips=yes'],
    ),
  ),
  ...TYPES.map(typeSpoiled),
];
