import type { CheckDefinition } from '../../../activities/selftest/check-definition.ts';
import { demand } from './probes.ts';
import { answered, refusal } from './questions.ts';
import { FORGED, SIGNED, SIGNERS, SIGNING } from './signature-vectors.ts';
import { named, table } from './table.ts';

const VERIFIES = demand.nist('FIPS 186-4', '4.7, 5, 6.4 Digital signature verification');
const SIGNS = demand.nist('FIPS 186-4', '5 RSA, 6 ECDSA: digital signature generation');
const MAKES = demand.nist('FIPS 186-4', 'B Key pair generation');

const KEYS = Object.fromEntries(SIGNERS.map(({ name, der }) => [name, der]));

/** Signatures that the module makes and verifies itself, with keys of its own. */
const ROUND_TRIPS = table(
  ['id', 'what', 'words'],
  `
  FIPS-SIG-060 | ECDSA on P-224 with SHA-224 | key.new=EC key.group=P-224 digest=SHA224
  FIPS-SIG-061 | ECDSA on P-256 with SHA-256 | key.new=EC key.group=P-256 digest=SHA256
  FIPS-SIG-062 | ECDSA on P-384 with SHA-384 | key.new=EC key.group=P-384 digest=SHA384
  FIPS-SIG-063 | ECDSA on P-521 with SHA-512 | key.new=EC key.group=P-521 digest=SHA512
  FIPS-SIG-064 | ECDSA on P-256 with SHA3-512 | key.new=EC key.group=P-256 digest=SHA3-512
  FIPS-SIG-065 | ECDSA on K-233 with SHA-256 | key.new=EC key.group=K-233 digest=SHA256
  FIPS-SIG-066 | ECDSA on B-233 with SHA-256 | key.new=EC key.group=B-233 digest=SHA256
  FIPS-SIG-067 | RSA PKCS #1 v1.5 of 2048 bits with SHA-256 | key.new=RSA key.bits=2048 digest=SHA256
  FIPS-SIG-068 | RSA PKCS #1 v1.5 of 2048 bits with SHA-224 | key.new=RSA key.bits=2048 digest=SHA224
  FIPS-SIG-069 | RSA-PSS of 2048 bits with SHA-256 | key.new=RSA key.bits=2048 digest=SHA256 pad-mode=pss saltlen=32
  FIPS-SIG-070 | RSA-PSS of 2048 bits with SHA-256, its mask with SHA-512 | key.new=RSA key.bits=2048 digest=SHA256 pad-mode=pss saltlen=32 mgf1-digest=SHA512
  FIPS-SIG-071 | RSA PKCS #1 v1.5 of 2048 bits with SHA3-384 | key.new=RSA key.bits=2048 digest=SHA3-384
  FIPS-SIG-072 | a key for RSA-PSS alone with SHA-256 | key.new=RSA-PSS key.bits=2048 digest=SHA256
`,
);

/** New keys: what they are, and what the module finds when it checks them. */
const NEW_KEYS = table(
  ['id', 'what', 'words', 'bits', 'security', 'tests'],
  `
  FIPS-SIG-080 | a key on P-224 | type=EC group=P-224 | 224 | 112 | Conditional_PCT/ECDSA:Pass,Conditional_KAT/ECDSA:Pass
  FIPS-SIG-081 | a key on P-256 | type=EC group=P-256 | 256 | 128 | Conditional_PCT/ECDSA:Pass,Conditional_KAT/ECDSA:Pass
  FIPS-SIG-082 | a key on P-384 | type=EC group=P-384 | 384 | 192 | Conditional_PCT/ECDSA:Pass,Conditional_KAT/ECDSA:Pass
  FIPS-SIG-083 | a key on P-521 | type=EC group=P-521 | 521 | 256 | Conditional_PCT/ECDSA:Pass,Conditional_KAT/ECDSA:Pass
  FIPS-SIG-084 | a key on B-571 | type=EC group=B-571 | 570 | 256 | Conditional_PCT/ECDSA:Pass,Conditional_KAT/ECDSA:Pass
  FIPS-SIG-085 | an RSA key of 2048 bits | type=RSA bits=2048 | 2048 | 112 | Conditional_PCT/RSA:Pass
  FIPS-SIG-086 | an RSA key of 3072 bits | type=RSA bits=3072 | 3072 | 128 | Conditional_PCT/RSA:Pass
  FIPS-SIG-087 | a key on ffdhe2048 | type=DH group=ffdhe2048 | 2048 | 112 |
  FIPS-SIG-088 | a key on ffdhe3072 | type=DH group=ffdhe3072 | 3072 | 128 |
  FIPS-SIG-089 | a key on the group of 2048 bits of IKE | type=DH group=modp_2048 | 2048 | 112 |
`,
);

const RSA = 'key.new=RSA key.bits=2048 digest=SHA256';

/** FIPS-SIG: signatures and key pairs. */
export const SIGNATURE_CHECKS: readonly CheckDefinition[] = [
  ...SIGNED.map(({ id, signer, source, how, data, signature }) =>
    answered(id, `a signature by ${signer} is verified (Wycheproof ${source})`, VERIFIES, [
      `verify key.der=${named(KEYS, signer)} ${how} data=${data} sig=${signature}`,
      'ok',
    ]),
  ),
  ...FORGED.map(({ id, signer, source, how, data, signature, reason }) =>
    answered(id, `a forged signature by ${signer} is refused (Wycheproof ${source})`, VERIFIES, [
      `verify key.der=${named(KEYS, signer)} ${how} data=${data} sig=${signature}`,
      `refused ${reason}`,
    ]),
  ),
  ...SIGNING.map(({ id, bits, source, key, digest, data, signature }) =>
    answered(
      id,
      `RSA of ${bits} bits with ${digest} signs to the known answer (Wycheproof ${source})`,
      SIGNS,
      [`sign key.der=${key} digest=${digest} data=${data}`, `ok sig=${signature}`],
    ),
  ),
  ...ROUND_TRIPS.map(({ id, what, words }) =>
    answered(id, `${what}: a new signature is verified, and not for another message`, SIGNS, [
      `sign-verify ${words} data=616263`,
      'ok verified=yes altered=no',
    ]),
  ),
  ...NEW_KEYS.map(({ id, what, words, bits, security, tests }) =>
    answered(id, `${what} is made, tested and found right`, MAKES, [
      `keygen ${words}`,
      `ok bits=${bits} security=${security} public=yes private=yes pairwise=yes tests=${tests}`,
    ]),
  ),
  answered(
    'FIPS-SIG-095',
    'a digest that is given is signed as long as its name says, and not shorter',
    SIGNS,
    [`sign ${RSA} hash=${'00'.repeat(32)}`, /ok sig=[0-9a-f]{512}/],
    [`sign ${RSA} hash=${'00'.repeat(31)}`, refusal('invalid digest length', 'sign')],
  ),
  answered('FIPS-SIG-096', 'a signature of RSA without padding of a message is refused', SIGNS, [
    `sign ${RSA} data=616263 pad-mode=none`,
    refusal('invalid padding mode', 'parameters'),
  ]),
  answered('FIPS-SIG-097', 'an RSA key with the public exponent 3 is refused', MAKES, [
    'keygen type=RSA bits=2048 e=3',
    refusal('pub exponent out of range', 'generate'),
  ]),
];
