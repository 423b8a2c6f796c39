import type { CheckDefinition } from '../../../activities/selftest/check-definition.ts';
import { OLD_KEYS, OLD_SIGNATURES } from './policy-vectors.ts';
import { demand } from './probes.ts';
import { answered, boundary } from './questions.ts';
import { named, table } from './table.ts';

const NOT_APPROVED = demand.policy('Table 8: non-approved, not allowed');
const LEGACY = demand.sp800131a('3 Digital signatures: legacy use');

const KEYS = Object.fromEntries(OLD_KEYS.map(({ name, der }) => [name, der]));

/** What module 3.1.2 does although it is not approved. It has no switch against it: the switches that 3.5 writes, it does not know. */
const ACCEPTED = table(
  ['id', 'what', 'ask', 'answer', 'must'],
  `
  FIPS-POL-200 | HMAC under a key of 8 bits | mac alg=HMAC digest=SHA256 hexkey=00 data= | mac=b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad | take keys of 112 bits and more
  FIPS-POL-201 | HMAC under a key of 104 bits | mac alg=HMAC digest=SHA256 hexkey=00112233445566778899aabbcc data= | mac=258a3937767b7580b187a706681a6d93d3c20a157a3ed16e330f621a019537e3 | take keys of 112 bits and more
  FIPS-POL-202 | KMAC under a key of 32 bits | mac alg=KMAC-128 hexkey=00112233 data= | mac=638c6deef7c7918f5c51f58f9df39dabc4eb0a8da0bcbfefd30d1a1f668f4ca9 | take keys of 112 bits and more
  FIPS-POL-203 | KMAC of 16 bits | mac alg=KMAC-128 hexkey=00112233445566778899aabbccddeeff size=2 data= | mac=9268 | ask for 32 bits and more
  FIPS-POL-204 | CMAC with triple DES | mac alg=CMAC cipher=DES-EDE3-CBC hexkey=00112233445566778899aabbccddeeff0123456789abcdef data= | mac=7358e2ca27a5e235 | take AES
  FIPS-POL-205 | HKDF from a key of 8 bits | kdf alg=HKDF digest=SHA256 hexkey=00 out=16 | key=ca0d09522019f6622a278db5e2a2131a | take keys of 112 bits and more
  FIPS-POL-206 | the one-step KDF from a secret of 8 bits | kdf alg=SSKDF digest=SHA256 hexkey=00 out=16 | key=060dc63e5595dffbd161c9ec98bc06fc | take secrets of 112 bits and more
  FIPS-POL-207 | KBKDF from a key of 8 bits | kdf alg=KBKDF mac=HMAC digest=SHA256 hexkey=00 out=16 | key=c164c6ddb051d234e4b75762a45e4926 | take keys of 112 bits and more
  FIPS-POL-208 | the X9.63 KDF with SHA-1 | kdf alg=X963KDF digest=SHA1 hexkey=00112233445566778899aabbccddeeff out=16 | key=6ed089dbafade1130bd6ffddccdc201e | take SHA-224 and longer
  FIPS-POL-209 | the X9.63 KDF with SHA3-256 | kdf alg=X963KDF digest=SHA3-256 hexkey=00112233445566778899aabbccddeeff out=16 | key=793e0d6b22e97d4bf9b29944964d9279 | take SHA-224 to SHA-512
  FIPS-POL-210 | the one-step KDF with SHAKE256 | kdf alg=SSKDF digest=SHAKE256 hexkey=00112233445566778899aabbccddeeff out=16 | key=2aa617dd283641d3ed0ed0d90968d6c0 | take another digest
  FIPS-POL-211 | the KDF of TLS 1.3 with SHA-1 | kdf alg=TLS13-KDF mode=EXTRACT_ONLY digest=SHA1 hexkey=00112233445566778899aabbccddeeff00112233 out=20 | key=d1959b2c578a793ad6e18395364d13286620c643 | take SHA-256 or SHA-384
  FIPS-POL-212 | the PRF of TLS 1.2 with SHA-1 | kdf alg=TLS1-PRF digest=SHA1 hexsecret=00112233445566778899aabbccddeeff hexseed=6b657920657870616e73696f6e out=48 | key=e48030ba797f8e0d9d01829ecab9eb3f194c757c81a6308a1746b3c73e01c49184edb29c52a488653244eabdd411b6c1 | take SHA-256 and longer
  FIPS-POL-213 | PBKDF2 without its lower bounds | kdf alg=PBKDF2 digest=SHA256 hexpass=61 salt=salt iter=1 pkcs5=1 out=4 | key=5fdcb16d | leave pkcs5 alone
  FIPS-POL-214 | PBKDF2 of a password of four characters | kdf alg=PBKDF2 digest=SHA256 hexpass=61626364 hexsalt=000102030405060708090a0b0c0d0e0f iter=1000 out=14 | key=ed9532ffc465de0957f613add29d | take longer passwords
  FIPS-POL-215 | GCM with a tag of 32 bits | cipher alg=AES-128-GCM dir=enc key=000102030405060708090a0b0c0d0e0f iv=000102030405060708090a0b data=00 taglen=4 | out=93 tag=364a0b82 | take tags of 96 bits and more
  FIPS-POL-216 | GCM under an IV that the caller chooses | cipher alg=AES-128-GCM dir=enc key=000102030405060708090a0b0c0d0e0f iv=00 data=00 | out=3a tag=b190c6975caf391b5aaa0d9c727ab500 | let the module make the IV, or never use one twice
  FIPS-POL-217 | key transport by RSA PKCS #1 v1.5 | transport key.der={rsa2048} data=616263 pad-mode=pkcs1 | recovered=yes altered=no | take RSA-OAEP
  FIPS-POL-218 | encryption by RSA without padding | transport key.der={rsa2048} data={raw} pad-mode=none | recovered=yes altered=no | take RSA-OAEP
  FIPS-POL-219 | signatures of RSA by X9.31 | sign-verify key.der={rsa2048} digest=SHA256 data=616263 pad-mode=x931 | verified=yes altered=no | take PKCS #1 v1.5 or PSS
  FIPS-POL-220 | RSA-PSS with a salt longer than its digest | sign-verify key.der={rsa2048} digest=SHA256 data=616263 pad-mode=pss saltlen=64 | verified=yes altered=no | take a salt as long as the digest
  FIPS-POL-221 | signatures of DSA | sign-verify key.der={dsa2048} digest=SHA256 data=616263 | verified=yes altered=no | take RSA or ECDSA
  FIPS-POL-222 | agreement on X25519 | agree type=X25519 | bytes=32 equal=yes | take a curve of NIST
  FIPS-POL-223 | agreement on X448 | agree type=X448 | bytes=56 equal=yes | take a curve of NIST
  FIPS-POL-224 | a key on P-192, which it does not sign with | keygen type=EC group=P-192 | bits=192 security=80 public=yes private=yes pairwise=yes tests=Conditional_PCT/ECDSA:Pass,Conditional_KAT/ECDSA:Pass | take P-224 and longer
  FIPS-POL-225 | a key on a curve of 163 bits, which it does not sign with | keygen type=EC group=sect163k1 | bits=163 security=80 public=yes private=yes pairwise=yes tests=Conditional_PCT/ECDSA:Pass,Conditional_KAT/ECDSA:Pass | take 224 bits and more
`,
);

/** A number as long as a modulus of 2048 bits, and smaller than every one. */
const RAW = `${'00'.repeat(255)}01`;

/** What module 3.1.2 accepts, and a caller has to see to. */
export const POLICY_BOUNDARIES: readonly CheckDefinition[] = [
  ...OLD_SIGNATURES.map(({ id, what, source, key, digest, data, signature }) =>
    boundary(
      answered(id, `an old signature, ${what}, is verified (Wycheproof ${source})`, LEGACY, [
        `verify key.der=${named(KEYS, key)} digest=${digest} data=${data} sig=${signature}`,
        'ok',
      ]),
      'the module verifies what was signed before the rules changed; a caller must not rely on it for what is signed today',
    ),
  ),
  ...ACCEPTED.map(({ id, what, ask, answer, must }) =>
    boundary(
      answered(id, `${what} is accepted, although it is not approved`, NOT_APPROVED, [
        ask.replaceAll(/\{(\w+)\}/g, (_braced, name: string) => (name === 'raw' ? RAW : named(KEYS, name))),
        `ok ${answer}`,
      ]),
      `module 3.1.2 does not refuse it, and no configuration makes it: that is the caller’s responsibility, who must ${must}`,
    ),
  ),
];
