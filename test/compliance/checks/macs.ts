import type { CheckDefinition } from '../../../activities/selftest/check-definition.ts';
import { demand } from './probes.ts';
import { answered, NO_REASON, refusal } from './questions.ts';
import { table } from './table.ts';

const HMAC = demand.nist('FIPS 198-1', '4 HMAC specification');
const CMAC = demand.nist('SP 800-38B', '6.2 MAC generation');
const GMAC = demand.nist('SP 800-38D', '7.1 Authenticated encryption function: GMAC');
const KMAC = demand.nist('SP 800-185', '4 KMAC');

const HMACS = table(
  ['id', 'digest', 'source', 'key', 'data', 'mac'],
  `
  FIPS-MAC-001 | SHA1 | RFC 2202, section 3, test case 3 | aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd | 125d7342b9ac11cd91a39af48aa17b4f63f175d3
  FIPS-MAC-002 | SHA224 | RFC 4231, test case 1 | 0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b | 4869205468657265 | 896fb1128abbdf196832107cd49df33f47b4b1169912ba4f53684b22
  FIPS-MAC-003 | SHA224 | RFC 4231, test case 6 | aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | 54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374 | 95e9a0db962095adaebe9b2d6f0dbce2d499f112f2d2b7273fa6870e
  FIPS-MAC-004 | SHA256 | RFC 4231, test case 1 | 0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b | 4869205468657265 | b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7
  FIPS-MAC-005 | SHA256 | RFC 4231, test case 3 | aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd | 773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe
  FIPS-MAC-006 | SHA256 | RFC 4231, test case 4 | 0102030405060708090a0b0c0d0e0f10111213141516171819 | cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd | 82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b
  FIPS-MAC-007 | SHA256 | RFC 4231, test case 6 | aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | 54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374 | 60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54
  FIPS-MAC-008 | SHA384 | RFC 4231, test case 1 | 0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b | 4869205468657265 | afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6
  FIPS-MAC-009 | SHA384 | RFC 4231, test case 6 | aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | 54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374 | 4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952
  FIPS-MAC-010 | SHA512 | RFC 4231, test case 1 | 0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b | 4869205468657265 | 87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854
  FIPS-MAC-011 | SHA512 | RFC 4231, test case 6 | aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | 54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374 | 80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598
  FIPS-MAC-012 | SHA3-224 | NIST CSRC, HMAC_SHA3-224.pdf, sample with keylen=blocklen | 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f | 53616d706c65206d65737361676520666f72206b65796c656e3d626c6f636b6c656e | d8b733bcf66c644a12323d564e24dcf3fc75f231f3b67968359100c7
  FIPS-MAC-013 | SHA3-256 | NIST CSRC, HMAC_SHA3-256.pdf, sample with keylen<blocklen | 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f | 53616d706c65206d65737361676520666f72206b65796c656e3c626c6f636b6c656e | 4fe8e202c4f058e8dddc23d8c34e467343e23555e24fc2f025d598f558f67205
  FIPS-MAC-014 | SHA3-384 | NIST CSRC, HMAC_SHA3-384.pdf, sample with keylen<blocklen | 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f | 53616d706c65206d65737361676520666f72206b65796c656e3c626c6f636b6c656e | d588a3c51f3f2d906e8298c1199aa8ff6296218127f6b38a90b6afe2c5617725bc99987f79b22a557b6520db710b7f42
  FIPS-MAC-015 | SHA3-512 | NIST CSRC, HMAC_SHA3-512.pdf, sample with keylen>blocklen | 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f8081828384858687 | 53616d706c65206d65737361676520666f72206b65796c656e3e626c6f636b6c656e | 5f464f5e5b7848e3885e49b2c385f0694985d0e38966242dc4a5fe3fea4b37d46b65ceced5dcf59438dd840bab22269f0ba7febdb9fcf74602a35666b2a32915
  FIPS-MAC-016 | SHA512-224 | Wycheproof hmac_sha512_224_test.json, tcId 2 | 7eef1e40253350eb9307cc6bd8ab8df434bc2faf7095e45b50ffdd64 |  | de1ea6d2880770285591af1f04be43e44fd55ae0c5130b5a18af7d9b
  FIPS-MAC-017 | SHA512-256 | Wycheproof hmac_sha512_256_test.json, tcId 2 | 1e225cafb90339bba1b24076d4206c3e79c355805d851682bc818baa4f5a7779 |  | baae6ac18c37dbf3a71b22741ced96e1e2dbe6e7a737142e14bd93fda144dad0
`,
);

const CMACS = table(
  ['id', 'cipher', 'source', 'key', 'data', 'mac'],
  `
  FIPS-MAC-030 | AES-128-CBC | SP 800-38B, D.1, example 1 | 2b7e151628aed2a6abf7158809cf4f3c |  | bb1d6929e95937287fa37d129b756746
  FIPS-MAC-031 | AES-128-CBC | SP 800-38B, D.1, example 3 | 2b7e151628aed2a6abf7158809cf4f3c | 6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411 | dfa66747de9ae63030ca32611497c827
  FIPS-MAC-032 | AES-128-CBC | SP 800-38B, D.1, example 4 | 2b7e151628aed2a6abf7158809cf4f3c | 6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710 | 51f0bebf7e3b9d92fc49741779363cfe
  FIPS-MAC-033 | AES-192-CBC | SP 800-38B, D.2, example 5 | 8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b |  | d17ddf46adaacde531cac483de7a9367
  FIPS-MAC-034 | AES-192-CBC | SP 800-38B, D.2, example 7 | 8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b | 6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411 | 8a1de5be2eb31aad089a82e6ee908b0e
  FIPS-MAC-035 | AES-192-CBC | SP 800-38B, D.2, example 8 | 8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b | 6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710 | a1d5df0eed790f794d77589659f39a11
  FIPS-MAC-036 | AES-256-CBC | SP 800-38B, D.3, example 9 | 603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4 |  | 028962f61b7bf89efc6b551f4667d983
  FIPS-MAC-037 | AES-256-CBC | SP 800-38B, D.3, example 11 | 603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4 | 6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411 | aaf3d8f1de5640c232f5b169b9c911e6
  FIPS-MAC-038 | AES-256-CBC | SP 800-38B, D.3, example 12 | 603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4 | 6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710 | e1992190549f6ed5696a2c056c315410
`,
);

const GMACS = table(
  ['id', 'cipher', 'source', 'key', 'iv', 'data', 'mac'],
  `
  FIPS-MAC-050 | AES-128-GCM | NIST CAVP gcmEncryptExtIV128, without plaintext | 77be63708971c4e240d1cb79e8d77feb | e0e00f19fed7ba0136a797f3 | 7a43ec1d9c0a5a78a0b16533a6213cab | 209fcc8d3675ed938e9c7166709dd946
  FIPS-MAC-051 | AES-128-GCM | IEEE 802.1AE, bn-randall 0511, 54-byte packet authentication | ad7a2bd03eac835a6f620fdcb506b345 | 12153524c0895e81b2c28465 | d609b1f056637a0d46df998d88e5222ab2c2846512153524c0895e8108000f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f30313233340001 | f09478a9b09007d06f46e9b6a1da25dd
  FIPS-MAC-052 | AES-256-GCM | IEEE 802.1AE, bn-randall 0511, 2.1.2, 54-byte packet | e3c08a8f06c6e3ad95a70557b23f75483ce33021a9c72b7025666204c69c0b72 | 12153524c0895e81b2c28465 | d609b1f056637a0d46df998d88e5222ab2c2846512153524c0895e8108000f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f30313233340001 | 2f0bc5af409e06d609ea8b7d0fa5ea50
  FIPS-MAC-053 | AES-128-GCM | IEEE 802.1AE, bn-randall 0511, 2.5.1, 65-byte packet | 013fe00b5f11be7f866d0cbbc55a7a90 | 7cfde9f9e33724c68932d612 | 84c5d513d2aaf6e5bbd2727788e523008932d6127cfde9f9e33724c608000f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f0005 | 217867e50c2dad74c28c3b50abdf695a
  FIPS-MAC-054 | AES-256-GCM | IEEE 802.1AE, bn-randall 0511, 2.5.2, 65-byte packet | 83c093b58de7ffe1c0da926ac43fb3609ac1c80fee1b624497ef942e2f79a823 | 7cfde9f9e33724c68932d612 | 84c5d513d2aaf6e5bbd2727788e523008932d6127cfde9f9e33724c608000f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f0005 | 6ee160e8faeca4b36c86b234920ca975
`,
);

const KMACS = table(
  ['id', 'name', 'source', 'key', 'data', 'custom', 'more', 'mac'],
  `
  FIPS-MAC-060 | KMAC-128 | NIST CSRC, KMAC_samples.pdf, sample 1 | 404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f | 00010203 |  |  | e5780b0d3ea6f7d3a429c5706aa43a00fadbd7d49628839e3187243f456ee14e
  FIPS-MAC-061 | KMAC-128 | NIST CSRC, KMAC_samples.pdf, sample 2 | 404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f | 00010203 | 4d7920546167676564204170706c69636174696f6e |  | 3b1fba963cd8b0b59e8c1a6d71888b7143651af8ba0a7070c0979e2811324aa5
  FIPS-MAC-062 | KMAC-128 | NIST CSRC, KMAC_samples.pdf, sample 3 | 404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f | 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7 | 4d7920546167676564204170706c69636174696f6e | size=32 | 1f5b4e6cca02209e0dcb5ca635b89a15e271ecc760071dfd805faa38f9729230
  FIPS-MAC-063 | KMAC-256 | NIST CSRC, KMAC_samples.pdf, sample 4 | 404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f | 00010203 | 4d7920546167676564204170706c69636174696f6e |  | 20c570c31346f703c9ac36c61c03cb64c3970d0cfc787e9b79599d273a68d2f7f69d4cc3de9d104a351689f27cf6f5951f0103f33f4f24871024d9c27773a8dd
  FIPS-MAC-064 | KMAC-256 | NIST CSRC, KMAC_samples.pdf, sample 5 | 404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f | 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7 |  |  | 75358cf39e41494e949707927cee0af20a3ff553904c86b08f21cc414bcfd691589d27cf5e15369cbbff8b9a4c2eb17800855d0235ff635da82533ec6b759b69
  FIPS-MAC-065 | KMAC-256 | NIST CSRC, KMAC_samples.pdf, sample 6 | 404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f | 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7 | 4d7920546167676564204170706c69636174696f6e | size=64 | b58618f71f92e1d56c1b8c55ddd7cd188b97b4ca4d99831eb2699a837da2e4d970fbacfde50033aea585f1a2708510c32d07880801bd182898fe476876fc8965
  FIPS-MAC-066 | KMAC-128 | NIST CSRC, KMACXOF_samples.pdf, sample 1 | 404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f | 00010203 |  | xof=1 | cd83740bbd92ccc8cf032b1481a0f4460e7ca9dd12b08a0c4031178bacd6ec35
  FIPS-MAC-067 | KMAC-256 | NIST CSRC, KMACXOF_samples.pdf, sample 4 | 404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f | 00010203 | 4d7920546167676564204170706c69636174696f6e | xof=1 | 1755133f1534752aad0748f2c706fb5c784512cab835cd15676b16c0c6647fa96faa7af634a0bf8ff6df39374fa00fad9a39e322a7c92065a64eb1fb0801eb2b
`,
);

const KEY_128 = '2b7e151628aed2a6abf7158809cf4f3c';
const KEY_256 = `${KEY_128}${KEY_128}`;

/** FIPS-MAC: message authentication codes give the answers of their standards, and refuse what they are not defined for. */
export const MAC_CHECKS: readonly CheckDefinition[] = [
  ...HMACS.map(({ id, digest, source, key, data, mac }) =>
    answered(id, `HMAC with ${digest} is the known answer (${source})`, HMAC, [
      `mac alg=HMAC digest=${digest} hexkey=${key} data=${data}`,
      `ok mac=${mac}`,
    ]),
  ),
  ...CMACS.map(({ id, cipher, source, key, data, mac }) =>
    answered(id, `CMAC with ${cipher} is the known answer (${source})`, CMAC, [
      `mac alg=CMAC cipher=${cipher} hexkey=${key} data=${data}`,
      `ok mac=${mac}`,
    ]),
  ),
  ...GMACS.map(({ id, cipher, source, key, iv, data, mac }) =>
    answered(id, `GMAC with ${cipher} is the known answer (${source})`, GMAC, [
      `mac alg=GMAC cipher=${cipher} hexkey=${key} hexiv=${iv} data=${data}`,
      `ok mac=${mac}`,
    ]),
  ),
  ...KMACS.map(({ id, name, source, key, data, custom, more, mac }) => {
    const settings = [`hexkey=${key}`, custom && `hexcustom=${custom}`, more].filter((word) => word !== '');
    return answered(id, `${name} is the known answer (${source})`, KMAC, [
      `mac alg=${name} ${settings.join(' ')} data=${data}`,
      `ok mac=${mac}`,
    ]);
  }),
  answered(
    'FIPS-MAC-080',
    'HMAC with an extendable-output function is refused',
    HMAC,
    [`mac alg=HMAC digest=SHA3-256 hexkey=${KEY_128} data=`, /ok mac=[0-9a-f]{64}/],
    [`mac alg=HMAC digest=SHAKE128 hexkey=${KEY_128} data=`, refusal(NO_REASON, 'init')],
  ),
  answered('FIPS-MAC-081', 'CMAC with another mode than CBC is refused', CMAC, [
    `mac alg=CMAC cipher=AES-256-ECB hexkey=${KEY_256} data=`,
    refusal('invalid mode', 'init'),
  ]),
  answered('FIPS-MAC-082', 'CMAC with a key that is too short for its cipher is refused', CMAC, [
    `mac alg=CMAC cipher=AES-128-CBC hexkey=${KEY_128.slice(0, 20)} data=`,
    refusal('invalid key length', 'init'),
  ]),
  answered('FIPS-MAC-083', 'GMAC with another mode than GCM is refused', GMAC, [
    `mac alg=GMAC cipher=AES-256-CBC hexkey=${KEY_256} hexiv=000102030405060708090a0b data=`,
    refusal('invalid mode', 'init'),
  ]),
  answered('FIPS-MAC-084', 'KMAC with a key of less than four bytes is refused', KMAC, [
    'mac alg=KMAC-128 hexkey=404142 data=00010203',
    refusal('invalid key length', 'init'),
  ]),
  answered('FIPS-MAC-085', 'KMAC with a customisation text of more than 512 bytes is refused', KMAC, [
    `mac alg=KMAC-128 hexkey=${KEY_256} hexcustom=${'41'.repeat(513)} data=00010203`,
    refusal('invalid custom length', 'init'),
  ]),
];
