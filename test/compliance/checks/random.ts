import type { CheckDefinition } from '../../../activities/selftest/check-definition.ts';
import { demand } from './probes.ts';
import { answered, NOT_OFFERED, refusal } from './questions.ts';
import { KNOWN_GENERATORS } from './random-vectors.ts';
import { table } from './table.ts';

const SP800_90A = demand.nist('SP 800-90A Rev. 1', '10 DRBG algorithm specifications');
const CONDITIONAL = demand.fips140('7.9.2 Random bit generators');
const TRUNCATED = demand.guidance('D.R Hash functions acceptable for use in the SP 800-90A DRBGs');
const ZEROIZED = demand.fips140('7.9.7 Sensitive security parameter zeroization');

/** The three generators of the library: the primary one seeds the others, which serve public and private values. */
const GENERATORS = table(
  ['which', 'kind', 'draws', 'reseeds'],
  `
  primary | FIPS-RNG-001 | FIPS-RNG-004 | FIPS-RNG-007
  public  | FIPS-RNG-002 | FIPS-RNG-005 | FIPS-RNG-008
  private | FIPS-RNG-003 | FIPS-RNG-006 | FIPS-RNG-009
`,
);

/** What a generator can be made of, with its strength by SP 800-57 part 1. */
const MADE = table(
  ['id', 'alg', 'of', 'strength'],
  `
  FIPS-RNG-020 | CTR-DRBG  | cipher=AES-128-CTR | 128
  FIPS-RNG-021 | CTR-DRBG  | cipher=AES-192-CTR | 192
  FIPS-RNG-022 | CTR-DRBG  | cipher=AES-256-CTR | 256
  FIPS-RNG-023 | HASH-DRBG | digest=SHA1 | 128
  FIPS-RNG-024 | HASH-DRBG | digest=SHA256 | 256
  FIPS-RNG-025 | HASH-DRBG | digest=SHA512 | 256
  FIPS-RNG-026 | HMAC-DRBG | mac=HMAC digest=SHA1 | 128
  FIPS-RNG-027 | HMAC-DRBG | mac=HMAC digest=SHA256 | 256
  FIPS-RNG-028 | HMAC-DRBG | mac=HMAC digest=SHA512 | 256
`,
);

/** Truncated digests, which \`drbg-no-trunc-md\` forbids, and extendable-output functions. */
const FORBIDDEN = table(
  ['id', 'alg', 'of'],
  `
  FIPS-RNG-040 | HASH-DRBG | digest=SHA224
  FIPS-RNG-041 | HASH-DRBG | digest=SHA384
  FIPS-RNG-042 | HASH-DRBG | digest=SHA512-224
  FIPS-RNG-043 | HASH-DRBG | digest=SHA512-256
  FIPS-RNG-044 | HASH-DRBG | digest=SHAKE128
  FIPS-RNG-045 | HMAC-DRBG | mac=HMAC digest=SHA224
  FIPS-RNG-046 | HMAC-DRBG | mac=HMAC digest=SHA384
  FIPS-RNG-047 | HMAC-DRBG | mac=HMAC digest=SHA512-224
  FIPS-RNG-048 | HMAC-DRBG | mac=HMAC digest=SHA512-256
`,
);

/** FIPS-RNG: random bytes come from approved generators of full strength, which start, reseed and are wiped as they must be. */
export const RANDOM_CHECKS: readonly CheckDefinition[] = [
  ...GENERATORS.flatMap(({ which, kind, draws, reseeds }) => [
    answered(
      kind,
      `the ${which} generator is CTR-DRBG with AES-256, of the FIPS provider, and runs`,
      SP800_90A,
      [`rand which=${which}`, 'ok alg=CTR-DRBG provider=fips strength=256 state=1 cipher=AES-256-CTR'],
    ),
    answered(draws, `two draws of the ${which} generator differ and are not zero`, CONDITIONAL, [
      `draw which=${which} bytes=32`,
      'ok differ=yes zero=no',
    ]),
    answered(reseeds, `the ${which} generator reseeds when it is asked to`, SP800_90A, [
      `reseed which=${which}`,
      'ok counted=yes',
    ]),
  ]),
  ...MADE.map(({ id, alg, of, strength }) =>
    answered(
      id,
      `${alg} with ${of} is of ${strength} bits, gives other bytes each time, and is wiped at its end`,
      ZEROIZED,
      [`drbg alg=${alg} ${of}`, `ok strength=${strength} differ=yes zero=no zeroized=yes`],
    ),
  ),
  ...FORBIDDEN.map(({ id, alg, of }) =>
    answered(id, `${alg} with ${of} is refused`, TRUNCATED, [
      `drbg alg=${alg} ${of}`,
      refusal('digest not allowed', 'parameters'),
    ]),
  ),
  answered('FIPS-RNG-050', 'CTR-DRBG with another mode than CTR is refused', SP800_90A, [
    'drbg alg=CTR-DRBG cipher=AES-256-CBC',
    refusal('require ctr mode cipher', 'parameters'),
  ]),
  answered('FIPS-RNG-051', 'the source of known bytes for tests is not offered', SP800_90A, [
    'fetch op=rand alg=TEST-RAND',
    NOT_OFFERED,
  ]),
  answered(
    'FIPS-RNG-052',
    'a draw of 64 KiB, the most that one request may ask for, and of one byte more',
    SP800_90A,
    ['draw which=public bytes=65536', 'ok differ=yes zero=no'],
    ['draw which=public bytes=65537', 'ok differ=yes zero=no'],
  ),
  ...KNOWN_GENERATORS.map(({ id, name, words, strength, drawn }) =>
    answered(id, `${name} on known entropy draws the known bytes (NIST CAVP drbgtestvectors)`, SP800_90A, [
      `drbg ${words}`,
      `ok strength=${strength} out=${drawn} zeroized=yes`,
    ]),
  ),
];
