import type { CheckDefinition } from '../../../activities/selftest/check-definition.ts';
import { demand, words } from './probes.ts';
import { answered, boundary, NO_REASON, NOT_OFFERED, refusal } from './questions.ts';
import { table } from './table.ts';

const VERSIONING = demand.fips140('7.4.3 Services: show module’s versioning information');
const STATUS = demand.fips140('7.4.3 Services: show status');
const SETTINGS = demand.policy('Required configuration of the module');
const SERVED = demand.openssl('OSSL_PROVIDER-FIPS(7): the provider is the only source of algorithms');
const QUERIES = demand.openssl('property(7): global and local queries');
const LISTED = demand.policy('Algorithms of the module');

/** Everything that can be fetched under the properties of the image, by kind: a closed list. */
const OFFERED = table(
  ['id', 'op', 'what', 'names'],
  `
  FIPS-ISO-010 | digest | digests | KECCAK-KMAC-128,KECCAK-KMAC-256,SHA1,SHA2-224,SHA2-256,SHA2-384,SHA2-512,SHA2-512/224,SHA2-512/256,SHA3-224,SHA3-256,SHA3-384,SHA3-512,SHAKE-128,SHAKE-256
  FIPS-ISO-011 | mac | message authentication codes | CMAC,GMAC,HMAC,KMAC-128,KMAC-256
  FIPS-ISO-012 | kdf | key derivation functions | HKDF,KBKDF,PBKDF2,SSHKDF,SSKDF,TLS1-PRF,TLS13-KDF,X942KDF-ASN1,X963KDF
  FIPS-ISO-013 | rand | random generators | CTR-DRBG,HASH-DRBG,HMAC-DRBG
  FIPS-ISO-014 | keymgmt | kinds of keys | CMAC,DH,DHX,DSA,EC,HKDF,HMAC,RSA,RSA-PSS,TLS1-PRF,X25519,X448
  FIPS-ISO-015 | keyexch | key exchanges | DH,ECDH,HKDF,TLS1-PRF,X25519,X448
  FIPS-ISO-016 | signature | signatures | CMAC,DSA,ECDSA,HMAC,RSA
  FIPS-ISO-017 | asymcipher | ciphers with key pairs | RSA
  FIPS-ISO-018 | kem | key encapsulations | RSA
`,
);

/** Every mode of AES that the module has, for the lengths of key it has it for. */
const CIPHER_MODES =
  'CBC CBC-CTS CCM CFB CFB1 CFB8 CTR ECB GCM OFB WRAP WRAP-INV WRAP-PAD WRAP-PAD-INV CBC-HMAC-SHA1 CBC-HMAC-SHA256 XTS';
const NOT_WITH_192 = new Set(['CBC-HMAC-SHA1', 'CBC-HMAC-SHA256', 'XTS']);
const CIPHERS = [128, 192, 256]
  .flatMap((bits) =>
    words(CIPHER_MODES)
      .filter((mode) => bits !== 192 || !NOT_WITH_192.has(mode))
      .map((mode) => `AES-${bits}-${mode}`),
  )
  .toSorted();

/** Queries that look for another provider, or for what the module has beside its approved algorithms. */
const NOT_FOUND = table(
  ['id', 'op', 'alg', 'props', 'what'],
  `
  FIPS-ISO-030 | digest | SHA256 | provider=default | SHA-256 of the default provider
  FIPS-ISO-031 | digest | SHA256 | provider!=fips | SHA-256 of any other provider
  FIPS-ISO-032 | digest | MD5 | provider=default | MD5 of the default provider
  FIPS-ISO-033 | digest | MD5 | -fips | MD5 without the demand that it is approved
  FIPS-ISO-034 | digest | MD5 | fips=no | MD5 that says it is not approved
  FIPS-ISO-035 | digest | MD5 | ?fips=yes | MD5 with approval as a mere wish
  FIPS-ISO-036 | digest | MD5 | provider=legacy | MD5 of the legacy provider
  FIPS-ISO-037 | cipher | DES-EDE3-CBC | provider=fips | triple DES of the module under the properties of the image
  FIPS-ISO-038 | mac | POLY1305 | -fips | Poly1305 without the demand that it is approved
  FIPS-ISO-039 | kem | ML-KEM-768 | -fips | ML-KEM without the demand that it is approved
`,
);

/** What the module carries as not approved: who lifts the restriction of the image by name gets it. */
const BESIDE = table(
  ['id', 'op', 'alg', 'what'],
  `
  FIPS-ISO-040 | signature | ED25519 | Ed25519
  FIPS-ISO-041 | signature | ED448 | Ed448
  FIPS-ISO-042 | cipher | DES-EDE3-CBC | triple DES
  FIPS-ISO-043 | rand | TEST-RAND | the generator of known bytes
`,
);

const NOT_ACTIVE = [
  ['FIPS-ISO-050', 'default'],
  ['FIPS-ISO-051', 'legacy'],
  ['FIPS-ISO-052', 'null'],
] as const;

/** FIPS-ISO: the provider is the one of the certificate, configured as its policy demands, and the only source of algorithms. */
export const IDENTITY_CHECKS: readonly CheckDefinition[] = [
  answered('FIPS-ISO-001', 'the module names itself, its version and its build', VERSIONING, [
    'provider name=fips params=name,version,buildinfo',
    'ok name=OpenSSL%20FIPS%20Provider version={providerVersion} buildinfo={providerVersion}',
  ]),
  answered('FIPS-ISO-002', 'the module says that it works', STATUS, [
    'provider name=fips params=status',
    'ok status=1',
  ]),
  answered(
    'FIPS-ISO-003',
    'the module checks key lengths, curves and digests: security-checks is on',
    SETTINGS,
    ['provider name=fips params=security-checks', 'ok security-checks=1'],
  ),
  answered(
    'FIPS-ISO-004',
    'the module demands the extended master secret: tls1-prf-ems-check is on',
    SETTINGS,
    ['provider name=fips params=tls1-prf-ems-check', 'ok tls1-prf-ems-check=1'],
  ),
  answered(
    'FIPS-ISO-005',
    'the module forbids truncated digests in generators: drbg-no-trunc-md is on',
    SETTINGS,
    ['provider name=fips params=drbg-no-trunc-md', 'ok drbg-no-trunc-md=1'],
  ),
  answered(
    'FIPS-ISO-006',
    'every program asks for approved algorithms when it does not say otherwise',
    SETTINGS,
    ['defaults', 'ok fips=yes properties=fips=yes'],
  ),
  answered('FIPS-ISO-007', 'a program has the providers base and fips, and no other', SERVED, [
    'providers',
    'ok names=base,fips',
  ]),
  answered(
    'FIPS-ISO-008',
    'a program has one libcrypto, one libssl and one module mapped: those of the image',
    SERVED,
    [
      'libraries',
      'ok libcrypto=/usr/lib/libcrypto.so.3 libssl=/usr/lib/libssl.so.3 modules=/usr/lib/ossl-modules/fips.so',
    ],
  ),
  answered(
    'FIPS-ISO-009',
    'the library that programs get is the core that was built, with the folders of the image',
    VERSIONING,
    ['core', 'ok version={coreVersion} config=/etc/ssl modules=/usr/lib/ossl-modules'],
  ),
  ...OFFERED.map(({ id, op, what, names }) =>
    answered(id, `the ${what} are those of the module, all of them and no other`, LISTED, [
      `offers op=${op}`,
      `ok providers=fips count=${names.split(',').length} names=${names}`,
    ]),
  ),
  answered(
    'FIPS-ISO-019',
    'the ciphers are the modes of AES that the module has, all of them and no other',
    LISTED,
    ['offers op=cipher', `ok providers=fips count=${CIPHERS.length} names=${CIPHERS.join(',')}`],
  ),
  answered('FIPS-ISO-020', 'keys are written by the base provider alone', SERVED, [
    'offers op=encoder',
    /ok providers=base count=\d+ names=.*EC,.*RSA,.*/,
  ]),
  answered('FIPS-ISO-021', 'keys are read by the base provider alone', SERVED, [
    'offers op=decoder',
    /ok providers=base count=\d+ names=.*EC,.*RSA,.*/,
  ]),
  ...NOT_FOUND.map(({ id, op, alg, props, what }) =>
    answered(id, `${what} cannot be had (${props})`, QUERIES, [
      `fetch op=${op} alg=${alg} props=${props}`,
      NOT_OFFERED,
    ]),
  ),
  ...BESIDE.map(({ id, op, alg, what }) =>
    boundary(
      answered(
        id,
        `${what} of the module is not offered, but whoever lifts the restriction gets it`,
        QUERIES,
        [`fetch op=${op} alg=${alg}`, NOT_OFFERED],
        [`fetch op=${op} alg=${alg} props=-fips`, 'ok provider=fips'],
      ),
      `module 3.1.2 carries ${alg} with fips=no; a program that asks with \`-fips\` gets it, so a program must not`,
    ),
  ),
  ...NOT_ACTIVE.map(([id, name]) =>
    answered(id, `the ${name} provider is not active`, SERVED, [
      `provider name=${name} params=status`,
      refusal(NO_REASON, 'active'),
    ]),
  ),
  answered('FIPS-ISO-053', 'the legacy provider cannot be loaded: it is not in the image', SERVED, [
    'load name=legacy',
    refusal('could not load the shared library', 'load'),
  ]),
  boundary(
    answered(
      'FIPS-ISO-054',
      'the default provider, loaded into a library context of its own, changes nothing for the others',
      SERVED,
      ['load name=default', 'ok status=1'],
      ['providers', 'ok names=base,fips'],
      ['fetch op=digest alg=MD5', NOT_OFFERED],
      ['fetch op=digest alg=SHA256', 'ok provider=fips'],
    ),
    'the default provider is a part of libcrypto: a program can make a context without the configuration of the image and load it there',
  ),
  answered(
    'FIPS-ISO-055',
    'a library context that reads the configuration of the image gets the same module',
    SERVED,
    ['load name=fips config=/etc/ssl/openssl.cnf', 'ok status=1'],
  ),
];
