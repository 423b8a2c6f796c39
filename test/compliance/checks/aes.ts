import type { CheckDefinition } from '../../../activities/selftest/check-definition.ts';
import { AES_AEADS, AES_FORGERIES, AES_MODES, AES_WRAPS } from './aes-vectors.ts';
import { demand } from './probes.ts';
import { answered, flipped, NO_REASON, NOT_OFFERED, notOffered, refusal } from './questions.ts';

const MODES = demand.nist('SP 800-38A', '6 Block cipher modes of operation');
const WRAP = demand.nist('SP 800-38F', '6 Key wrap');
const AEAD = demand.nist('SP 800-38D and SP 800-38C', '7 GCM, 6 CCM');
const XTS = demand.guidance('C.I XTS-AES key generation requirements');
const LISTED = demand.policy('Approved algorithms');

const KEY_128 = '000102030405060708090a0b0c0d0e0f';
const OTHER_128 = '101112131415161718191a1b1c1d1e1f';
const KEY_256 = `${KEY_128}${OTHER_128}`;
const IV_96 = '505152535455565758595a5b';

/** What the cipher itself says; GCM says nothing. */
const FAILED = 'cipher operation failed';

/** AEAD modes and key wrap that the module does not have, whoever else has them. */
const NOT_THERE = [
  ['FIPS-AES-121', 'AES-128-OCB'],
  ['FIPS-AES-122', 'AES-256-OCB'],
  ['FIPS-AES-123', 'AES-128-SIV'],
  ['FIPS-AES-124', 'AES-256-SIV'],
  ['FIPS-AES-125', 'AES-128-GCM-SIV'],
  ['FIPS-AES-126', 'AES-256-GCM-SIV'],
] as const;

const KNOWN: readonly CheckDefinition[] = [
  ...AES_MODES.map(({ id, mode, source, key, iv, clear, hidden, more }) => {
    const words = [`key=${key}`, iv && `iv=${iv}`, more].filter((word) => word !== '').join(' ');
    return answered(
      id,
      `${mode} encrypts and decrypts to the known answer (${source})`,
      MODES,
      [`cipher alg=${mode} dir=enc ${words} data=${clear}`, `ok out=${hidden}`],
      [`cipher alg=${mode} dir=dec ${words} data=${hidden}`, `ok out=${clear}`],
    );
  }),
  ...AES_WRAPS.map(({ id, mode, source, key, clear, hidden }) =>
    answered(
      id,
      `${mode} wraps a key to the known answer, unwraps it, and not when it was changed (${source})`,
      WRAP,
      [`cipher alg=${mode} dir=enc key=${key} data=${clear}`, `ok out=${hidden}`],
      [`cipher alg=${mode} dir=dec key=${key} data=${hidden}`, `ok out=${clear}`],
      [`cipher alg=${mode} dir=dec key=${key} data=${flipped(hidden)}`, refusal(FAILED, 'update')],
    ),
  ),
  ...AES_AEADS.map(({ id, mode, source, key, iv, aad, clear, hidden, tag }) => {
    const words = `key=${key} iv=${iv} aad=${aad}`;
    const forged = mode.endsWith('GCM') ? refusal(NO_REASON, 'final') : refusal(FAILED, 'update');
    return answered(
      id,
      `${mode} seals and opens to the known answer, and does not open under another tag (${source})`,
      AEAD,
      [
        `cipher alg=${mode} dir=enc ${words} data=${clear} taglen=${tag.length / 2}`,
        `ok out=${hidden} tag=${tag}`,
      ],
      [`cipher alg=${mode} dir=dec ${words} data=${hidden} tag=${tag}`, `ok out=${clear}`],
      [`cipher alg=${mode} dir=dec ${words} data=${hidden} tag=${flipped(tag)}`, forged],
    );
  }),
  ...AES_FORGERIES.map(({ id, mode, source, forged, reason }) =>
    answered(id, `${mode} refuses a forgery (Wycheproof ${source})`, mode.includes('WRAP') ? WRAP : AEAD, [
      `cipher alg=${mode} dir=dec ${forged}`,
      `refused ${reason}`,
    ]),
  ),
];

/** FIPS-AES: AES in each mode gives the answers of its standard both ways, and refuses what must not be. */
export const AES_CHECKS: readonly CheckDefinition[] = [
  ...KNOWN,
  ...NOT_THERE.map(([id, mode]) =>
    answered(id, `${mode} is not offered`, LISTED, ...notOffered('cipher', mode)),
  ),
  answered('FIPS-AES-120', 'AES-192-XTS, which no standard has, is not offered', LISTED, [
    'fetch op=cipher alg=AES-192-XTS',
    NOT_OFFERED,
  ]),
  answered(
    'FIPS-AES-130',
    'XTS with two equal halves of its key is refused, both ways',
    XTS,
    [
      `cipher alg=AES-128-XTS dir=enc key=${KEY_128}${KEY_128} iv=${KEY_128} data=${KEY_256}`,
      refusal('xts duplicated keys', 'key'),
    ],
    [
      `cipher alg=AES-128-XTS dir=dec key=${KEY_128}${KEY_128} iv=${KEY_128} data=${KEY_256}`,
      refusal('xts duplicated keys', 'key'),
    ],
  ),
  answered('FIPS-AES-131', 'XTS of less than one block is refused', XTS, [
    `cipher alg=AES-128-XTS dir=enc key=${KEY_256} iv=${KEY_128} data=${KEY_128.slice(2)}`,
    refusal(FAILED, 'update'),
  ]),
  answered('FIPS-AES-132', 'GCM with an empty IV is refused', AEAD, [
    `cipher alg=AES-128-GCM dir=enc key=${KEY_128} iv= data=00`,
    refusal('invalid iv length', 'iv-length'),
  ]),
  answered('FIPS-AES-133', 'CCM with a nonce of less than seven bytes is refused', AEAD, [
    `cipher alg=AES-128-CCM dir=enc key=${KEY_128} iv=${IV_96.slice(0, 12)} data=00`,
    refusal('invalid iv length', 'iv-length'),
  ]),
  answered('FIPS-AES-134', 'CCM with a tag of an odd length is refused', AEAD, [
    `cipher alg=AES-128-CCM dir=enc key=${KEY_128} iv=${IV_96} data=00 taglen=7`,
    refusal('invalid tag length', 'tag-length'),
  ]),
  answered('FIPS-AES-135', 'a key of 64 bits is refused', LISTED, [
    `cipher alg=AES-128-CBC dir=enc key=${KEY_128.slice(16)} iv=${KEY_128} data=`,
    refusal('invalid key length', 'key-length'),
  ]),
  answered(
    'FIPS-AES-136',
    'CBC without padding refuses what is no whole block, and with padding takes it',
    MODES,
    [
      `cipher alg=AES-128-CBC dir=enc key=${KEY_128} iv=${KEY_128} data=00`,
      refusal('wrong final block length', 'final'),
    ],
    [`cipher alg=AES-128-CBC dir=enc key=${KEY_128} iv=${KEY_128} data=00 padding=1`, /ok out=[0-9a-f]{32}/],
  ),
  answered('FIPS-AES-137', 'CBC with padding refuses a last block whose padding is wrong', MODES, [
    `cipher alg=AES-128-CBC dir=dec key=${KEY_128} iv=${KEY_128} data=${KEY_128} padding=1`,
    refusal('bad decrypt', 'final'),
  ]),
  answered(
    'FIPS-AES-138',
    'CBC with ciphertext stealing takes one block, and not less',
    MODES,
    [
      `cipher alg=AES-128-CBC-CTS dir=enc key=${KEY_128} iv=${KEY_128} data=${KEY_128} cts_mode=CS3`,
      /ok out=[0-9a-f]{32}/,
    ],
    [
      `cipher alg=AES-128-CBC-CTS dir=enc key=${KEY_128} iv=${KEY_128} data=0102 cts_mode=CS3`,
      refusal(NO_REASON, 'update'),
    ],
  ),
];
