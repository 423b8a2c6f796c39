import type { CheckDefinition, Requirement } from '../../../activities/selftest/check-definition.ts';
import { demand } from './probes.ts';
import { answered, NO_REASON, NOT_OFFERED, refusal } from './questions.ts';
import { named, table } from './table.ts';

const HKDF = demand.rfc(5869, '2 HMAC-based key derivation function');
const PBKDF = demand.nist('SP 800-132', '5 Password-based key derivation functions');
const KBKDF = demand.nist('SP 800-108 Rev. 1', '4.1 KDF in counter mode');
const SSKDF = demand.nist('SP 800-56C Rev. 2', '4 One-step key derivation');
const X963 = demand.nist('SP 800-135 Rev. 1', '5.1 ANS X9.42 and X9.63: X9.63 KDF');
const X942 = demand.nist('SP 800-135 Rev. 1', '5.1 ANS X9.42 and X9.63: X9.42 KDF');
const SP135 = demand.nist('SP 800-135 Rev. 1', '4.2.2 TLS, 5.2 SSH');
const TLS13 = demand.rfc(8446, '7.1 Key schedule');

const DEMANDED: Readonly<Record<string, Requirement>> = {
  HKDF,
  PBKDF,
  KBKDF,
  SSKDF,
  X963,
  X942,
  SP135,
  TLS13,
};
const DERIVED = table(
  ['id', 'by', 'what', 'ask', 'key'],
  `
  FIPS-KDF-001 | HKDF | HKDF with SHA-256 (RFC 5869, A.1) | kdf alg=HKDF out=42 digest=SHA256 hexkey=0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b hexsalt=000102030405060708090a0b0c hexinfo=f0f1f2f3f4f5f6f7f8f9 | 3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865
  FIPS-KDF-002 | HKDF | HKDF with SHA-256 and longer inputs (RFC 5869, A.2) | kdf alg=HKDF out=82 digest=SHA256 hexkey=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f hexsalt=606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf hexinfo=b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff | b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87
  FIPS-KDF-003 | HKDF | HKDF with SHA-256 without salt and info (RFC 5869, A.3) | kdf alg=HKDF out=42 digest=SHA256 hexkey=0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b | 8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8
  FIPS-KDF-004 | HKDF | HKDF, extraction alone (RFC 5869, A.1, PRK) | kdf alg=HKDF out=32 mode=EXTRACT_ONLY digest=SHA256 hexkey=0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b hexsalt=000102030405060708090a0b0c | 077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5
  FIPS-KDF-005 | HKDF | HKDF, expansion alone (RFC 5869, A.1, OKM) | kdf alg=HKDF out=42 mode=EXPAND_ONLY digest=SHA256 hexkey=077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5 hexinfo=f0f1f2f3f4f5f6f7f8f9 | 3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865
  FIPS-KDF-006 | HKDF | HKDF with SHA-1 and longer inputs (RFC 5869, A.5) | kdf alg=HKDF out=82 digest=SHA1 hexkey=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f hexsalt=606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf hexinfo=b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff | 0bd770a74d1160f7c9f12cd5912a06ebff6adcae899d92191fe4305673ba2ffe8fa3f1a4e5ad79f3f334b3b202b2173c486ea37ce3d397ed034c7f9dfeb15c5e927336d0441f4c4300e2cff0d0900b52d3b4
  FIPS-KDF-010 | PBKDF | PBKDF2 with SHA-1 (RFC 6070, test vector 5) | kdf alg=PBKDF2 out=25 pass=passwordPASSWORDpassword salt=saltSALTsaltSALTsaltSALTsaltSALTsalt iter=4096 digest=sha1 | 3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038
  FIPS-KDF-011 | PBKDF | PBKDF2 with SHA-256 (inputs of RFC 6070, test vector 5) | kdf alg=PBKDF2 out=40 pass=passwordPASSWORDpassword salt=saltSALTsaltSALTsaltSALTsaltSALTsalt iter=4096 digest=sha256 | 348c89dbcbd32b2f32d814b8116e84cf2b17347ebc1800181c4e2a1fb8dd53e1c635518c7dac47e9
  FIPS-KDF-012 | PBKDF | PBKDF2 with SHA-512 (inputs of RFC 6070, test vector 5) | kdf alg=PBKDF2 out=64 pass=passwordPASSWORDpassword salt=saltSALTsaltSALTsaltSALTsaltSALTsalt iter=4096 digest=sha512 | 8c0511f4c6e597c6ac6315d8f0362e225f3c501495ba23b868c005174dc4ee71115b59f9e60cd9532fa33e0f75aefe30225c583a186cd82bd4daea9724a3d3b8
  FIPS-KDF-020 | KBKDF | KBKDF in counter mode with HMAC-SHA-256, r = 8 (NIST CAVP, KDFCTR_gen, COUNT 0) | kdf alg=KBKDF out=16 mode=COUNTER digest=SHA256 mac=HMAC use-l=0 use-separator=0 r=8 hexkey=3edc6b5b8f7aadbd713732b482b8f979286e1ea3b8f8f99c30c884cfe3349b83 hexinfo=98e9988bb4cc8b34d7922e1c68ad692ba2a1d9ae15149571675f17a77ad49e80c8d2a85e831a26445b1f0ff44d7084a17206b4896c8112daad18605a | 6c037652990674a07844732d0ad985f9
  FIPS-KDF-021 | KBKDF | KBKDF in counter mode with HMAC-SHA-256, r = 16 (NIST CAVP, KDFCTR_gen, COUNT 10) | kdf alg=KBKDF out=32 mode=COUNTER digest=SHA256 mac=HMAC use-l=0 use-separator=0 r=16 hexkey=365592398d23d31f2cac8bf6211f1ad5f52608efcdc5997b144ea6ded3866cf6 hexinfo=07dce524556d3f68d2d91d4c15c9c6212635e0df1aef54938490db46f98737064d6a5624d7f938c263af01e632c45d9fe7a871b67f7d4bf110796eb4 | 5624c6911dc1b08e090c8c95347adf17895b696aae211932cde3ec8227fcbea8
  FIPS-KDF-022 | KBKDF | KBKDF in counter mode with CMAC-AES-128, r = 8 (NIST CAVP, KDFCTR_gen, COUNT 0) | kdf alg=KBKDF out=16 mode=COUNTER cipher=AES128 mac=CMAC use-l=0 use-separator=0 r=8 hexkey=dff1e50ac0b69dc40f1051d46c2b069c hexinfo=c16e6e02c5a3dcc8d78b9ac1306877761310455b4e41469951d9e6c2245a064b33fd8c3b01203a7824485bf0a64060c4648b707d2607935699316ea5 | 8be8f0869b3c0ba97b71863d1b9f7813
  FIPS-KDF-030 | SSKDF | the single-step KDF with SHA-256 (RFC 8636, section 8) | kdf alg=SSKDF out=32 digest=SHA256 hexsecret=00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000 hexinfo=307e300a06082b06010502030602a01f041d301ba0071b0553552e5345a110300ea003020101a10730051b036c6861a12904273025a0071b0553552e5345a11a3018a003020101a111300f1b066b72627467741b0553552e5345a22404223020a003020112a10c040aaaaaaaaaaaaaaaaaaaaaa20b0409bbbbbbbbbbbbbbbbbb | 77ef4e48c420ae3fec75109d7981697eed5d295c90c62564f7bfd101fa9bc1d5
  FIPS-KDF-031 | SSKDF | the single-step KDF with HMAC-SHA-224 (NIST ACVP, KDA-OneStep-Sp800-56Cr1) | kdf alg=SSKDF out=128 mac=HMAC digest=SHA224 hexsalt=00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000 hexsecret=40b6e03711ebeba14011ace96cb056debaeb6e5e706f99435257c6a068e78c1369c5ad7fc42d3fcca2ec9eaa hexinfo=5d437c2f1035a4f1f751e59cf10650171ef5769fcfbe438dfbc5bd8ea724100076447ab804f91dfa680e592fe2621a45dab4c6a77b678059fc29e572de4424eb5459f53523002ed38aab1d9dd96c3523d1907c5efbae93dffe680f716498720110d2a3b9ce9b66db2884c83e9beb546754874c0ca1967af000000400 | 428979ea52175dc833c04215ac6b4ba89ba4fcaa0e0fa3b4e2c0e264c5746f0a5c788f2907a2c2b90719e396b35a14c4b583c51b9911125d34100faddc4d94c0d936263cc1ef0b0d526e3891fe1f67bcb94dea2525b84a8e7949a4ca34f36aeec55099bf0ec5de24b86428f4e6e6e23fe9aa443e2bdcf25a77ecd22bf758d554
  FIPS-KDF-032 | SSKDF | the single-step KDF with KMAC-128 (NIST ACVP, KDA-OneStep-Sp800-56Cr1) | kdf alg=SSKDF out=128 mac=KMAC-128 hexsecret=ead54ae33ffaffe7875610390adba9dfb291ee8c1920cb13452fdf851e0a6dbbb862fd8811f8cb29cdec13591d8c047065fcd2 hexinfo=a2641090e75d5bdc0b23ccd49bb02dc63b41d3f38e0947d491dfddc734a8582df5c961efe586378317ab7e5821de3146ea26c823ee4fa48c22d7142e5bdef50de8bd9940e6e5ac58a6441dfcd9d5c8f6199d05bebe1394c706f2354ac902eb5c4533eb00000400 | 4460d885f11a2e173f65fd89a5ce6668075c2592a2d9c356b977ef39c09d3a00dffcb56687f053397add00d873c2e8a89a3a43c6d7a6afc8a6ad08e2700b899dd4808771fc36e4e46075009f13d39237f3e815a4b8a3dc439727aa814082077e4544d2b65805ec122973b48097861591df0f9a8048bcf945702ea7578d2b481c
  FIPS-KDF-040 | X963 | the X9.63 KDF with SHA-256 (NIST CAVP, ansx963_2001) | kdf alg=X963KDF out=128 digest=SHA256 hexsecret=22518b10e70f2a3f243810ae3254139efbee04aa57c7af7d hexinfo=75eef81aa3041e33b80971203d2c0c52 | c498af77161cc59f2962b9a713e2b215152d139766ce34a776df11866a69bf2e52a13d9c7c6fc878c50c5ea0bc7b00e0da2447cfd874f6cf92f30d0097111485500c90c3af8b487872d04685d14c8d1dc8d7fa08beb0ce0ababc11f0bd496269142d43525a78e5bc79a17f59676a5706dc54d54d4d1f0bd7e386128ec26afc21
  FIPS-KDF-041 | X963 | the X9.63 KDF with SHA-512 (NIST CAVP, ansx963_2001) | kdf alg=X963KDF out=128 digest=SHA512 hexsecret=00aa5bb79b33e389fa58ceadc047197f14e73712f452caa9fc4c9adb369348b81507392f1a86ddfdb7c4ff8231c4bd0f44e44a1b55b1404747a9e2e753f55ef05a2d hexinfo=e3b5b4c1b0d5cf1d2b3a2f9937895d31 | 4463f869f3cc18769b52264b0112b5858f7ad32a5a2d96d8cffabf7fa733633d6e4dd2a599acceb3ea54a6217ce0b50eef4f6b40a5c30250a5a8eeee208002267089dbf351f3f5022aa9638bf1ee419dea9c4ff745a25ac27bda33ca08bd56dd1a59b4106cf2dbbc0ab2aa8e2efa7b17902d34276951ceccab87f9661c3e8816
  FIPS-KDF-042 | X942 | the X9.42 KDF for AES-256 key wrap (RFC 3565, 2.3.2) | kdf alg=X942KDF-ASN1 out=16 digest=SHA1 hexsecret=000102030405060708090a0b0c0d0e0f10111213 cekalg=id-aes128-wrap | d6d6b094c1027a7de6e3117294a35364
  FIPS-KDF-050 | SP135 | the SSH KDF, type A (NIST CAVP, CAVS 14.1) | kdf alg=SSHKDF out=8 digest=SHA1 hexkey=0000008055bae931c07fd824bf10add1902b6fbc7c665347383498a686929ff5a25f8e40cb6645ea814fb1a5e0a11f852f86255641e5ed986e83a78bc8269480eac0b0dfd770cab92e7a28dd87ff452466d6ae867cead63b366b1c286e6c4811a9f14c27aea14c5171d49b78c06e3735d36e6a3be321dd5fc82308f34ee1cb17fba94a59 hexxcghash=a4ebd45934f56792b5112dcd75a1075fdc889245 hexsession_id=a4ebd45934f56792b5112dcd75a1075fdc889245 type=A | e2f627c0b43f1ac1
  FIPS-KDF-051 | SP135 | the SSH KDF, type C (NIST CAVP, CAVS 14.1) | kdf alg=SSHKDF out=24 digest=SHA1 hexkey=0000008055bae931c07fd824bf10add1902b6fbc7c665347383498a686929ff5a25f8e40cb6645ea814fb1a5e0a11f852f86255641e5ed986e83a78bc8269480eac0b0dfd770cab92e7a28dd87ff452466d6ae867cead63b366b1c286e6c4811a9f14c27aea14c5171d49b78c06e3735d36e6a3be321dd5fc82308f34ee1cb17fba94a59 hexxcghash=a4ebd45934f56792b5112dcd75a1075fdc889245 hexsession_id=a4ebd45934f56792b5112dcd75a1075fdc889245 type=C | 1ca9d310f86d51f6cb8e7007cb2b220d55c5281ce680b533
  FIPS-KDF-052 | SP135 | the SSH KDF, type F (NIST CAVP, CAVS 14.1) | kdf alg=SSHKDF out=20 digest=SHA1 hexkey=0000008055bae931c07fd824bf10add1902b6fbc7c665347383498a686929ff5a25f8e40cb6645ea814fb1a5e0a11f852f86255641e5ed986e83a78bc8269480eac0b0dfd770cab92e7a28dd87ff452466d6ae867cead63b366b1c286e6c4811a9f14c27aea14c5171d49b78c06e3735d36e6a3be321dd5fc82308f34ee1cb17fba94a59 hexxcghash=a4ebd45934f56792b5112dcd75a1075fdc889245 hexsession_id=a4ebd45934f56792b5112dcd75a1075fdc889245 type=F | e3e2fdb9d7bc21165a3dbe47e1eceb7764390bab
  FIPS-KDF-060 | SP135 | the TLS 1.2 PRF, key expansion (NIST CAVP, tls 1.2) | kdf alg=TLS1-PRF out=128 digest=SHA256 hexsecret=202c88c00f84a17a20027079604787461176455539e705be730890602c289a5001e34eeb3a043e5d52a65e66125188bf hexseed=6b657920657870616e73696f6e hexseed=ae6c806f8ad4d80784549dff28a4b58fd837681a51d928c3e30ee5ff14f39868 hexseed=62e1fd91f23f558a605f28478c58cf72637b89784d959df7e946d3f07bd1b616 | d06139889fffac1e3a71865f504aa5d0d2a2e89506c6f2279b670c3e1b74f531016a2530c51a3a0f7e1d6590d0f0566b2f387f8d11fd4f731cdd572d2eae927f6f2f81410b25e6960be68985add6c38445ad9f8c64bf8068bf9a6679485d966f1ad6f68b43495b10a683755ea2b858d70ccac7ec8b053c6bd41ca299d4e51928
  FIPS-KDF-070 | TLS13 | the TLS 1.3 KDF, extraction (NIST ACVP, TLS-v1.3-KDF) | kdf alg=TLS13-KDF out=32 mode=EXTRACT_ONLY digest=SHA2-256 hexkey=f8af6aea2d397baf2948a25b2834200692cff17eee9165e4e27babee9edefd05 | 153b6394a9c03cf3f5accc6e455a7693281138a1bcfa3803c26735dd1194d216
  FIPS-KDF-071 | TLS13 | the TLS 1.3 KDF, expansion of a label (NIST ACVP, TLS-v1.3-KDF) | kdf alg=TLS13-KDF out=32 mode=EXPAND_ONLY digest=SHA2-256 hexkey=153b6394a9c03cf3f5accc6e455a7693281138a1bcfa3803c26735dd1194d216 hexdata=7c92f68bd5bf3638ea338a6494722e1b44127e1b7e8aad535f2322a644ff22b3 hexprefix=746c73313320 hexlabel=6320652074726166666963 | c80583a90e995c489600492a5da642e6b1f679ba674828792df087b939636171
  FIPS-KDF-072 | TLS13 | the TLS 1.3 KDF, derivation of the next secret (NIST ACVP, TLS-v1.3-KDF) | kdf alg=TLS13-KDF out=32 mode=EXTRACT_ONLY digest=SHA2-256 hexkey=8e27fad32236cb11bb497eb878d636c3f1599f5ffdfae784cbf73e74746769d4 hexsalt=153b6394a9c03cf3f5accc6e455a7693281138a1bcfa3803c26735dd1194d216 hexprefix=746c73313320 hexlabel=64657269766564 | cbb0740fd37e5eff32b76cf88511eb83fc9694da4130ca48de754c7f80f561bd
`,
);

const PASSWORD = 'hexpass=70617373776f7264 digest=SHA256';
const KEY_128 = 'hexkey=000102030405060708090a0b0c0d0e0f';
const SALT_128 = 'hexsalt=000102030405060708090a0b0c0d0e0f';

/** FIPS-KDF: key derivation functions give the answers of their standards, and keep the bounds that module 3.1.2 has. */
export const KEY_DERIVATION_CHECKS: readonly CheckDefinition[] = [
  ...DERIVED.map(({ id, by, what, ask, key }) =>
    answered(id, `${what} gives the known answer`, named(DEMANDED, by), [ask, `ok key=${key}`]),
  ),
  answered('FIPS-KDF-080', 'PBKDF2 with a salt of less than 128 bits is refused', PBKDF, [
    `kdf alg=PBKDF2 out=32 ${PASSWORD} hexsalt=000102030405060708090a0b0c0d0e iter=1000`,
    refusal('invalid salt length', 'derive'),
  ]),
  answered('FIPS-KDF-081', 'PBKDF2 with less than 1000 iterations is refused', PBKDF, [
    `kdf alg=PBKDF2 out=32 ${PASSWORD} ${SALT_128} iter=999`,
    refusal('invalid iteration count', 'derive'),
  ]),
  answered('FIPS-KDF-082', 'PBKDF2 for a key of less than 112 bits is refused', PBKDF, [
    `kdf alg=PBKDF2 out=13 ${PASSWORD} ${SALT_128} iter=1000`,
    refusal('key size too small', 'derive'),
  ]),
  answered(
    'FIPS-KDF-083',
    'HKDF gives 255 times the length of its digest and no byte more',
    HKDF,
    [`kdf alg=HKDF out=8160 digest=SHA256 ${KEY_128}`, /ok key=[0-9a-f]{16320}/],
    [`kdf alg=HKDF out=8161 digest=SHA256 ${KEY_128}`, refusal(NO_REASON, 'derive')],
  ),
  answered(
    'FIPS-KDF-084',
    'HKDF with an extendable-output function is refused',
    HKDF,
    [`kdf alg=HKDF out=32 digest=SHA3-256 ${KEY_128}`, /ok key=[0-9a-f]{64}/],
    [`kdf alg=HKDF out=32 digest=SHAKE128 ${KEY_128}`, refusal(NO_REASON, 'derive')],
  ),
  answered('FIPS-KDF-085', 'KBKDF with a MAC that is not offered is refused', KBKDF, [
    `kdf alg=KBKDF out=32 mode=COUNTER mac=POLY1305 ${KEY_128}`,
    refusal('unsupported', 'derive'),
  ]),
  answered('FIPS-KDF-086', 'the KDF of Kerberos for triple DES is refused', KBKDF, [
    'kdf alg=KRB5KDF out=24',
    NOT_OFFERED,
  ]),
];
