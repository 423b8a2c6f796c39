import type { CheckDefinition } from '../../../activities/selftest/check-definition.ts';
import { AGREEMENTS, NO_AGREEMENTS, OAEP, OAEP_FORGED, OAEP_KEYS } from './key-establishment-vectors.ts';
import { demand } from './probes.ts';
import { answered, NO_REASON, refusal } from './questions.ts';
import { named, table } from './table.ts';

const AGREES = demand.nist('SP 800-56A Rev. 3', '5.7.1 Diffie-Hellman primitives');
const VALIDATES = demand.nist('SP 800-56A Rev. 3', '5.6.2.3 Public key validation');
const TRANSPORTS = demand.nist('SP 800-56B Rev. 2', '7.2.2 RSA-OAEP');
const ENCAPSULATES = demand.nist('SP 800-56B Rev. 2', '7.2.1 RSASVE');

const KEYS = Object.fromEntries(OAEP_KEYS.map(({ file, der }) => [file, der]));

/** Two new keys that agree. */
const NEW_AGREEMENTS = table(
  ['id', 'what', 'words', 'bytes'],
  `
  FIPS-KEY-060 | P-224 | type=EC group=P-224 | 28
  FIPS-KEY-061 | P-256 | type=EC group=P-256 | 32
  FIPS-KEY-062 | P-384 | type=EC group=P-384 | 48
  FIPS-KEY-063 | P-521 | type=EC group=P-521 | 66
  FIPS-KEY-064 | P-256 with the X9.63 KDF | type=EC group=P-256 kdf-type=X963KDF kdf-digest=SHA256 kdf-outlen=40 | 40
  FIPS-KEY-065 | ffdhe2048 | type=DH group=ffdhe2048 pad=1 | 256
  FIPS-KEY-066 | ffdhe3072 | type=DH group=ffdhe3072 pad=1 | 384
  FIPS-KEY-067 | the group of 2048 bits of IKE | type=DH group=modp_2048 pad=1 | 256
`,
);

/** Keys that do not go together, or that are no keys. */
const MISMATCHES = table(
  ['id', 'what', 'ask', 'reason'],
  `
  FIPS-KEY-070 | two curves | derive key.new=EC key.group=P-256 peer.new=EC peer.group=P-384 | mismatching domain parameters at=peer
  FIPS-KEY-071 | two groups | derive key.new=DH key.group=ffdhe2048 peer.new=DH peer.group=ffdhe3072 | mismatching domain parameters at=peer
  FIPS-KEY-072 | a curve and a group | derive key.new=EC key.group=P-256 peer.new=DH peer.group=ffdhe2048 | operation not supported for this keytype at=peer
`,
);

const CLEAR_190 = 'ab'.repeat(190);
const RSA = 'key.new=RSA key.bits=2048';
const FFDHE = 'key.new=DH key.group=ffdhe2048 peer.type=DH peer.group=ffdhe2048';

/** FIPS-KEY: key agreement, key transport and key encapsulation. */
export const KEY_ESTABLISHMENT_CHECKS: readonly CheckDefinition[] = [
  ...AGREEMENTS.map(({ id, group, source, mine, theirs, secret }) =>
    answered(id, `agreement on ${group} gives the known secret (Wycheproof ${source})`, AGREES, [
      `derive key.type=EC key.group=${group} key.hexpriv=${mine} peer.der=${theirs}`,
      `ok secret=${secret}`,
    ]),
  ),
  ...NO_AGREEMENTS.map(({ id, source, words, reason }) =>
    answered(id, `there is no agreement with a wrong public key (Wycheproof ${source})`, VALIDATES, [
      `derive ${words}`,
      `refused ${reason}`,
    ]),
  ),
  ...OAEP.map(({ id, file, source, how, hidden, clear }) =>
    answered(
      id,
      `RSA-OAEP decrypts to the known answer (Wycheproof ${file}_test.json, ${source})`,
      TRANSPORTS,
      [`decrypt key.der=${named(KEYS, file)} pad-mode=oaep ${how} data=${hidden}`, `ok out=${clear}`],
    ),
  ),
  ...OAEP_FORGED.map(({ id, file, source, how, hidden, reason }) =>
    answered(id, `RSA-OAEP refuses what was changed (Wycheproof ${file}_test.json, ${source})`, TRANSPORTS, [
      `decrypt key.der=${named(KEYS, file)} pad-mode=oaep ${how} data=${hidden}`,
      `refused ${reason}`,
    ]),
  ),
  ...NEW_AGREEMENTS.map(({ id, what, words, bytes }) =>
    answered(id, `two new keys agree on ${what}`, AGREES, [`agree ${words}`, `ok bytes=${bytes} equal=yes`]),
  ),
  ...MISMATCHES.map(({ id, what, ask, reason }) =>
    answered(id, `keys of ${what} do not agree`, VALIDATES, [ask, `refused ${reason}`]),
  ),
  answered(
    'FIPS-KEY-073',
    'a public value of 1, which would make the secret known, is no key and is not agreed with',
    VALIDATES,
    ['key key.type=DH key.group=ffdhe2048 key.hexpub=01', 'ok bits=2048 security=112 public=no'],
    [`derive ${FFDHE} peer.hexpub=01`, refusal(NO_REASON, 'peer')],
    [`derive ${FFDHE} peer.hexpub=02`, /ok secret=[0-9a-f]+/],
  ),
  answered(
    'FIPS-KEY-074',
    'the point at infinity is no key',
    VALIDATES,
    ['key key.type=EC key.group=P-256 key.hexpub=00', 'ok bits=256 security=128 public=no'],
    ['key key.new=EC key.group=P-256', 'ok bits=256 security=128 public=yes'],
  ),
  ...[
    ['FIPS-KEY-080', 'SHA-1', 'digest=SHA1'],
    ['FIPS-KEY-081', 'SHA-512', 'digest=SHA512'],
    ['FIPS-KEY-082', 'SHA-256, its mask with SHA-512', 'digest=SHA256 mgf1-digest=SHA512'],
    ['FIPS-KEY-083', 'SHA-256 and a label', 'digest=SHA256 hexoaep-label=6c6162656c'],
  ].map(([id = '', what = '', words = '']) =>
    answered(id, `a key comes through RSA-OAEP with ${what}, and not when a bit was changed`, TRANSPORTS, [
      `transport ${RSA} pad-mode=oaep ${words} data=000102030405060708090a0b0c0d0e0f`,
      'ok recovered=yes altered=no',
    ]),
  ),
  answered(
    'FIPS-KEY-084',
    'RSA-OAEP takes as much as fits, and no byte more',
    TRANSPORTS,
    [`transport ${RSA} pad-mode=oaep digest=SHA256 data=${CLEAR_190}`, 'ok recovered=yes altered=no'],
    [
      `transport ${RSA} pad-mode=oaep digest=SHA256 data=${CLEAR_190}ab`,
      refusal('data too large for key size', 'encrypt'),
    ],
  ),
  answered('FIPS-KEY-085', 'RSA-OAEP with MD5 is refused', TRANSPORTS, [
    `transport ${RSA} pad-mode=oaep digest=MD5 data=00`,
    refusal('unsupported', 'parameters'),
  ]),
  answered('FIPS-KEY-086', 'a secret is encapsulated and opened under RSA of 2048 bits', ENCAPSULATES, [
    `encapsulate ${RSA} operation=RSASVE`,
    'ok bytes=256 equal=yes',
  ]),
];
