import type { CheckDefinition, Requirement } from '../../../activities/selftest/check-definition.ts';
import { demand } from './probes.ts';
import { answered } from './questions.ts';
import { named, table } from './table.ts';

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

const DEMANDED = { SHA2, SHA3, SHAKE };

/** Digests of nothing, of more than a block, and of much; and long outputs. */
const LONGER = table(
  ['id', 'digest', 'by', 'of', 'words', 'answer'],
  `
  FIPS-DIG-014 | SHA1 | SHA2 | a million times “a” (FIPS 180, example of SHA-1) | data=61 repeat=1000000 | 34aa973cd4c4daa4f61eeb2bdbad27316534016f
  FIPS-DIG-015 | SHA224 | SHA2 | a million times “a” (FIPS 180, example of SHA-224) | data=61 repeat=1000000 | 20794655980c91d8bbb4c1ea97618a4bf03f42581948b2ee4ee7ad67
  FIPS-DIG-016 | SHA256 | SHA2 | a million times “a” (FIPS 180, example of SHA-256) | data=61 repeat=1000000 | cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0
  FIPS-DIG-017 | SHA256 | SHA2 | a text of two blocks (FIPS 180, example of SHA-256) | data=6162636462636465636465666465666765666768666768696768696a68696a6b696a6b6c6a6b6c6d6b6c6d6e6c6d6e6f6d6e6f706e6f7071 | 248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1
  FIPS-DIG-018 | SHA384 | SHA2 | a million times “a” (FIPS 180, example of SHA-384) | data=61 repeat=1000000 | 9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972cec5704c2a5b07b8b3dc38ecc4ebae97ddd87f3d8985
  FIPS-DIG-019 | SHA512 | SHA2 | a million times “a” (FIPS 180, example of SHA-512) | data=61 repeat=1000000 | e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973ebde0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b
  FIPS-DIG-020 | SHA512 | SHA2 | nothing (NIST CAVP, SHA512ShortMsg, Len 0) | data= | cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e
  FIPS-DIG-021 | SHA3-256 | SHA3 | 1600 bits of A3 (NIST CSRC, SHA3-256_Msg1600) | data=a3 repeat=200 | 79f38adec5c20307a98ef76e8324afbfd46cfd81b22e3973c65fa1bd9de31787
  FIPS-DIG-022 | SHA3-512 | SHA3 | 1600 bits of A3 (NIST CSRC, SHA3-512_1600) | data=a3 repeat=200 | e76dfad22084a8b1467fcf2ffa58361bec7628edf5f3fdc0e4805dc48caeeca81b7c13c30adf52a3659584739a2df46be589c51ca1a4a8416df6545a1ce8ba00
  FIPS-DIG-023 | SHAKE128 | SHAKE | 1600 bits of A3, the first 4096 bits (NIST CSRC, SHAKE128_Msg1600) | data=a3 repeat=200 out=512 | 131ab8d2b594946b9c81333f9bb6e0ce75c3b93104fa3469d3917457385da037cf232ef7164a6d1eb448c8908186ad852d3f85a5cf28da1ab6fe3438171978467f1c05d58c7ef38c284c41f6c2221a76f12ab1c04082660250802294fb87180213fdef5b0ecb7df50ca1f8555be14d32e10f6edcde892c09424b29f597afc270c904556bfcb47a7d40778d390923642b3cbd0579e60908d5a000c1d08b98ef933f806445bf87f8b009ba9e94f7266122ed7ac24e5e266c42a82fa1bbefb7b8db0066e16a85e0493f07df4809aec084a593748ac3dde5a6d7aae1e8b6e5352b2d71efbb47d4caeed5e6d633805d2d323e6fd81b4684b93a2677d45e7421c2c6aea259b855a698fd7d13477a1fe53e5a4a6197dbec5ce95f505b520bcd9570c4a8265a7e01f89c0c002c59bfec6cd4a5c109258953ee5ee70cd577ee217af21fa70178f0946c9bf6ca8751793479f6b537737e40b6ed28511d8a2d7e73eb75f8daac912ff906e0ab955b083bac45a8e5e9b744c8506f37e9b4e749a184b30f43eb188d855f1b70d71ff3e50c537ac1b0f8974f0fe1a6ad295ba42f6aec74d123a7abedde6e2c0711cab36be5acb1a5a11a4b1db08ba6982efccd716929a7741cfc63aa4435e0b69a9063e880795c3dc5ef3272e11c497a91acf699fefee206227a44c9fb359fd56ac0a9a75a743cff6862f17d7259ab075216c0699511643b6439
  FIPS-DIG-024 | SHAKE256 | SHAKE | nothing, the first 4096 bits (NIST CSRC, SHAKE256_Msg0) | data= out=512 | 46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762fd75dc4ddd8c0f200cb05019d67b592f6fc821c49479ab48640292eacb3b7c4be141e96616fb13957692cc7edd0b45ae3dc07223c8e92937bef84bc0eab862853349ec75546f58fb7c2775c38462c5010d846c185c15111e595522a6bcd16cf86f3d122109e3b1fdd943b6aec468a2d621a7c06c6a957c62b54dafc3be87567d677231395f6147293b68ceab7a9e0c58d864e8efde4e1b9a46cbe854713672f5caaae314ed9083dab4b099f8e300f01b8650f1f4b1d8fcf3f3cb53fb8e9eb2ea203bdc970f50ae55428a91f7f53ac266b28419c3778a15fd248d339ede785fb7f5a1aaa96d313eacc890936c173cdcd0fab882c45755feb3aed96d477ff96390bf9a66d1368b208e21f7c10d04a3dbd4e360633e5db4b602601c14cea737db3dcf722632cc77851cbdde2aaf0a33a07b373445df490cc8fc1e4160ff118378f11f0477de055a81a9eda57a4a2cfb0c83929d310912f729ec6cfa36c6ac6a75837143045d791cc85eff5b21932f23861bcf23a52b5da67eaf7baae0f5fb1369db78f3ac45f8c4ac5671d85735cdddb09d2b1e34a1fc066ff4a162cb263d6541274ae2fcc865f618abe27c124cd8b074ccd516301b91875824d09958f341ef274bdab0bae316339894304e35877b0c28a9b1fd166c796b9cc258a064a8f57e27f2a
`,
);

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
  ...LONGER.map(({ id, digest, by, of, words, answer }) =>
    answered(id, `${digest} of ${of} is the known answer`, named(DEMANDED, by), [
      `digest alg=${digest} ${words}`,
      `ok md=${answer}`,
    ]),
  ),
];
