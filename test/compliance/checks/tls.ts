import type { CheckDefinition } from '../../../activities/selftest/check-definition.ts';
import { demand } from './probes.ts';
import { answered, boundary } from './questions.ts';
import { table } from './table.ts';

const TLS = demand.nist('SP 800-52 Rev. 2', '3 Minimum requirements for TLS servers');
const EMS = demand.guidance('D.Q Transition of the TLS 1.2 KDF to support the extended master secret');
const LISTED = demand.policy('Approved and allowed algorithms of the module in TLS');
const EXPLICIT = demand.openssl('SSL_CONF_cmd(3): what a program sets goes before the configuration');

/** Handshakes of a client and a server that are both as the image makes them, with what a program adds; and what they agree on. */
const AGREED = table(
  ['id', 'what', 'words', 'agreed'],
  `
  FIPS-TLS-001 | TLS 1.3 by default, on P-256 | | version=TLSv1.3 suite=TLS_AES_256_GCM_SHA384 group=secp256r1 sigalg=ecdsa_secp256r1_sha256 ems=no
  FIPS-TLS-002 | TLS 1.2 with the extended master secret, on P-256 | both.MaxProtocol=TLSv1.2 | version=TLSv1.2 suite=ECDHE-ECDSA-AES256-GCM-SHA384 group=secp256r1 sigalg=ecdsa_secp256r1_sha256 ems=yes
  FIPS-TLS-003 | TLS 1.3 with AES-128-GCM | both.Ciphersuites=TLS_AES_128_GCM_SHA256 | version=TLSv1.3 suite=TLS_AES_128_GCM_SHA256 group=secp256r1 sigalg=ecdsa_secp256r1_sha256 ems=no
  FIPS-TLS-004 | TLS 1.3 with AES-128-CCM | both.Ciphersuites=TLS_AES_128_CCM_SHA256 | version=TLSv1.3 suite=TLS_AES_128_CCM_SHA256 group=secp256r1 sigalg=ecdsa_secp256r1_sha256 ems=no
  FIPS-TLS-005 | TLS 1.2 with ECDHE-ECDSA and AES-128-GCM | both.MaxProtocol=TLSv1.2 both.CipherString=ECDHE-ECDSA-AES128-GCM-SHA256 | version=TLSv1.2 suite=ECDHE-ECDSA-AES128-GCM-SHA256 group=secp256r1 sigalg=ecdsa_secp256r1_sha256 ems=yes
  FIPS-TLS-006 | TLS 1.2 with ECDHE-ECDSA and AES-128-CCM | both.MaxProtocol=TLSv1.2 both.CipherString=ECDHE-ECDSA-AES128-CCM | version=TLSv1.2 suite=ECDHE-ECDSA-AES128-CCM group=secp256r1 sigalg=ecdsa_secp256r1_sha256 ems=yes
  FIPS-TLS-007 | TLS 1.2 with ECDHE-RSA and AES-128-GCM | both.MaxProtocol=TLSv1.2 both.CipherString=ECDHE-RSA-AES128-GCM-SHA256 server.cert=rsa2048 | version=TLSv1.2 suite=ECDHE-RSA-AES128-GCM-SHA256 group=secp256r1 sigalg=rsa_pss_rsae_sha256 ems=yes
  FIPS-TLS-008 | TLS 1.2 with ECDHE-RSA and AES-256-GCM, under a key of 3072 bits | both.MaxProtocol=TLSv1.2 server.cert=rsa3072 | version=TLSv1.2 suite=ECDHE-RSA-AES256-GCM-SHA384 group=secp256r1 sigalg=rsa_pss_rsae_sha256 ems=yes
  FIPS-TLS-009 | TLS 1.2 with DHE-RSA and AES-128-GCM | both.MaxProtocol=TLSv1.2 both.CipherString=DHE-RSA-AES128-GCM-SHA256 server.cert=rsa2048 | version=TLSv1.2 suite=DHE-RSA-AES128-GCM-SHA256 group=DH-2048 sigalg=rsa_pss_rsae_sha256 ems=yes
  FIPS-TLS-010 | TLS 1.3 on P-384 | both.Groups=P-384 | version=TLSv1.3 suite=TLS_AES_256_GCM_SHA384 group=secp384r1 sigalg=ecdsa_secp256r1_sha256 ems=no
  FIPS-TLS-011 | TLS 1.3 on P-521 | both.Groups=P-521 | version=TLSv1.3 suite=TLS_AES_256_GCM_SHA384 group=secp521r1 sigalg=ecdsa_secp256r1_sha256 ems=no
  FIPS-TLS-012 | TLS 1.3 on ffdhe2048 | both.Groups=ffdhe2048 | version=TLSv1.3 suite=TLS_AES_256_GCM_SHA384 group=ffdhe2048 sigalg=ecdsa_secp256r1_sha256 ems=no
  FIPS-TLS-013 | TLS 1.3 on ffdhe3072 | both.Groups=ffdhe3072 | version=TLSv1.3 suite=TLS_AES_256_GCM_SHA384 group=ffdhe3072 sigalg=ecdsa_secp256r1_sha256 ems=no
  FIPS-TLS-014 | TLS 1.3 with a second round, because the client's first share is of another group | client.Groups=P-256:P-384 server.Groups=P-384 | version=TLSv1.3 suite=TLS_AES_256_GCM_SHA384 group=secp384r1 sigalg=ecdsa_secp256r1_sha256 ems=no
  FIPS-TLS-015 | TLS 1.3 under a certificate on P-384 | server.cert=p384 | version=TLSv1.3 suite=TLS_AES_256_GCM_SHA384 group=secp256r1 sigalg=ecdsa_secp384r1_sha384 ems=no
  FIPS-TLS-016 | TLS 1.3 under a certificate on P-521 | server.cert=p521 | version=TLSv1.3 suite=TLS_AES_256_GCM_SHA384 group=secp256r1 sigalg=ecdsa_secp521r1_sha512 ems=no
  FIPS-TLS-017 | TLS 1.3 under an RSA certificate, signed with PSS | server.cert=rsa2048 | version=TLSv1.3 suite=TLS_AES_256_GCM_SHA384 group=secp256r1 sigalg=rsa_pss_rsae_sha256 ems=no
  FIPS-TLS-018 | TLS 1.3 with RSA-PSS and SHA-384 where that is asked for | both.SignatureAlgorithms=RSA-PSS+SHA384:ECDSA+SHA256 server.cert=rsa2048 | version=TLSv1.3 suite=TLS_AES_256_GCM_SHA384 group=secp256r1 sigalg=rsa_pss_rsae_sha384 ems=no
  FIPS-TLS-019 | TLS 1.2 with RSA PKCS #1 v1.5 and SHA-256 where that is asked for | both.MaxProtocol=TLSv1.2 both.SignatureAlgorithms=RSA+SHA256:ECDSA+SHA256 server.cert=rsa2048 | version=TLSv1.2 suite=ECDHE-RSA-AES256-GCM-SHA384 group=secp256r1 sigalg=rsa_pkcs1_sha256 ems=yes
  FIPS-TLS-020 | TLS 1.3 with a certificate of the client, too | client.cert=p384 server.VerifyMode=Require | version=TLSv1.3 suite=TLS_AES_256_GCM_SHA384 group=secp256r1 sigalg=ecdsa_secp256r1_sha256 ems=no
  FIPS-TLS-021 | TLS 1.3 with a client that has another provider | client.context=default | version=TLSv1.3 suite=TLS_AES_256_GCM_SHA384 group=secp256r1 sigalg=ecdsa_secp256r1_sha256 ems=no
  FIPS-TLS-022 | TLS 1.3 with a server that has another provider | server.context=default | version=TLSv1.3 suite=TLS_AES_256_GCM_SHA384 group=secp256r1 sigalg=ecdsa_secp256r1_sha256 ems=no
  FIPS-TLS-023 | P-256 with a client of another provider that would rather have X25519 | client.context=default client.Groups=X25519:P-256 | version=TLSv1.3 suite=TLS_AES_256_GCM_SHA384 group=secp256r1 sigalg=ecdsa_secp256r1_sha256 ems=no
`,
);

/** Handshakes that must not come about, each with the side that gives up, or the setting that it refuses, and why. */
const REFUSED = table(
  ['id', 'what', 'words', 'reason'],
  `
  FIPS-TLS-030 | TLS 1.1 | both.MinProtocol=TLSv1.1 both.MaxProtocol=TLSv1.1 | no protocols available at=client
  FIPS-TLS-031 | TLS 1.0 | both.MinProtocol=TLSv1 both.MaxProtocol=TLSv1 | no protocols available at=client
  FIPS-TLS-032 | TLS 1.1 even at security level 0 | both.MinProtocol=TLSv1.1 both.MaxProtocol=TLSv1.1 both.CipherString=ALL:@SECLEVEL=0 | no suitable digest algorithm at=client
  FIPS-TLS-033 | a client of TLS 1.2 by a server of TLS 1.3 alone | client.MaxProtocol=TLSv1.2 server.MinProtocol=TLSv1.3 | unsupported protocol at=server
  FIPS-TLS-034 | ChaCha20-Poly1305 in TLS 1.3 | both.MinProtocol=TLSv1.3 both.Ciphersuites=TLS_CHACHA20_POLY1305_SHA256 | no ciphers available at=client
  FIPS-TLS-035 | AES-CCM with a tag of 64 bits in TLS 1.3 | both.MinProtocol=TLSv1.3 both.Ciphersuites=TLS_AES_128_CCM_8_SHA256 | no ciphers available at=client
  FIPS-TLS-036 | ChaCha20-Poly1305 in TLS 1.2 | both.MaxProtocol=TLSv1.2 both.CipherString=ECDHE-ECDSA-CHACHA20-POLY1305 | no cipher match at=client.CipherString
  FIPS-TLS-037 | triple DES | both.MaxProtocol=TLSv1.2 both.CipherString=DES-CBC3-SHA | no cipher match at=client.CipherString
  FIPS-TLS-038 | RC4 | both.MaxProtocol=TLSv1.2 both.CipherString=RC4-SHA | no cipher match at=client.CipherString
  FIPS-TLS-039 | ARIA | both.MaxProtocol=TLSv1.2 both.CipherString=ECDHE-ECDSA-ARIA128-GCM-SHA256 | no cipher match at=client.CipherString
  FIPS-TLS-040 | Camellia | both.MaxProtocol=TLSv1.2 both.CipherString=ECDHE-ECDSA-CAMELLIA128-SHA256 | no cipher match at=client.CipherString
  FIPS-TLS-041 | a suite without encryption | both.MaxProtocol=TLSv1.2 both.CipherString=NULL-SHA256 | no ciphers available at=client
  FIPS-TLS-042 | a suite without a certificate | both.MaxProtocol=TLSv1.2 both.CipherString=aNULL | no ciphers available at=client
  FIPS-TLS-043 | P-192 | both.MaxProtocol=TLSv1.2 both.Groups=P-192 | no shared cipher at=server
  FIPS-TLS-050 | a client of another provider that has X25519 alone | client.context=default client.Groups=X25519 | no suitable key share at=server
  FIPS-TLS-051 | a client of another provider that has a hybrid with ML-KEM and X25519 | client.context=default client.Groups=X25519MLKEM768:X25519 | no suitable key share at=server
  FIPS-TLS-052 | a server of another provider that has X25519 alone | server.context=default server.Groups=X25519 | no suitable key share at=server
  FIPS-TLS-053 | a client of another provider that has ChaCha20-Poly1305 alone | client.context=default client.MinProtocol=TLSv1.3 client.Ciphersuites=TLS_CHACHA20_POLY1305_SHA256 | no shared cipher at=server
  FIPS-TLS-060 | an RSA certificate of 1024 bits | server.cert=rsa1024 | ee key too small at=server.cert
  FIPS-TLS-061 | an RSA certificate of 1024 bits even at security level 0: the module does not sign | server.cert=rsa1024 both.CipherString=ALL:@SECLEVEL=0 | no suitable signature algorithm at=server
  FIPS-TLS-062 | a certificate that was signed with SHA-1, by the server that has it | server.cert=p256-sha1 | ca md too weak at=server.cert
  FIPS-TLS-063 | a certificate that was signed with SHA-1, by the client that verifies it | server.cert=p256-sha1 server.CipherString=ALL:@SECLEVEL=0 | certificate verify failed at=client
  FIPS-TLS-064 | a certificate on secp256k1 | server.cert=secp256k1 | unknown group at=server.cert
  FIPS-TLS-065 | an Ed25519 certificate | server.cert=ed25519 | unsupported at=server.cert
  FIPS-TLS-066 | an Ed25519 certificate of a server that has another provider | server.cert=ed25519 server.context=default | no suitable signature algorithm at=server
  FIPS-TLS-067 | signatures with SHA-1 on a curve | both.SignatureAlgorithms=ECDSA+SHA1 | no suitable signature algorithm at=client
  FIPS-TLS-068 | signatures with RSA and SHA-1 even at security level 0 | both.MaxProtocol=TLSv1.2 both.SignatureAlgorithms=RSA+SHA1 server.cert=rsa2048 both.CipherString=ALL:@SECLEVEL=0 | no suitable signature algorithm at=server
  FIPS-TLS-069 | RSA PKCS #1 v1.5 in TLS 1.3 | both.MinProtocol=TLSv1.3 both.SignatureAlgorithms=RSA+SHA256:ECDSA+SHA256 server.cert=rsa2048 | no suitable signature algorithm at=server
  FIPS-TLS-070 | a client without a certificate where one is required | server.VerifyMode=Require | peer did not return a certificate at=server
`,
);

/** TLS 1.2 without the extended master secret, whichever side lacks it and whatever provider that side has. */
const WITHOUT_EMS = table(
  ['id', 'what', 'words', 'side'],
  `
  FIPS-TLS-080 | that the client does not offer | client.Options=-ExtendedMasterSecret | client
  FIPS-TLS-081 | that the server does not accept | server.Options=-ExtendedMasterSecret | client
  FIPS-TLS-082 | that a client of another provider does not offer | client.context=default client.Options=-ExtendedMasterSecret | server
  FIPS-TLS-083 | that a server of another provider does not accept | server.context=default server.Options=-ExtendedMasterSecret | client
`,
);

/** Groups that libssl knows and the module lacks; the same handshake between strangers shows that the name is right. */
const GROUPS_NOT_THERE = table(
  ['id', 'group', 'more'],
  `
  FIPS-TLS-090 | X25519MLKEM768 |
  FIPS-TLS-091 | SecP256r1MLKEM768 |
  FIPS-TLS-092 | MLKEM768 |
  FIPS-TLS-093 | brainpoolP256r1tls13 |
  FIPS-TLS-094 | secp256k1 | both.MaxProtocol=TLSv1.2 server.cert=rsa2048
`,
);

/** What a program gets that asks for it, although the configuration of the image leaves it out. */
const ASKED_FOR = table(
  ['id', 'what', 'words', 'agreed', 'why'],
  `
  FIPS-TLS-100 | X25519 | both.Groups=X25519 | version=TLSv1.3 suite=TLS_AES_256_GCM_SHA384 group=x25519 sigalg=ecdsa_secp256r1_sha256 ems=no | module 3.1.2 serves X25519 and its policy does not allow it
  FIPS-TLS-101 | X448 | both.Groups=X448 | version=TLSv1.3 suite=TLS_AES_256_GCM_SHA384 group=x448 sigalg=ecdsa_secp256r1_sha256 ems=no | module 3.1.2 serves X448 and its policy does not allow it
  FIPS-TLS-102 | key transport by RSA | both.MaxProtocol=TLSv1.2 both.CipherString=AES128-GCM-SHA256 server.cert=rsa2048 | version=TLSv1.2 suite=AES128-GCM-SHA256 group=none sigalg=none ems=yes | module 3.1.2 decrypts PKCS #1 v1.5, which is not approved any more
  FIPS-TLS-103 | a suite in CBC mode with HMAC-SHA-1 | both.MaxProtocol=TLSv1.2 both.CipherString=ECDHE-ECDSA-AES128-SHA | version=TLSv1.2 suite=ECDHE-ECDSA-AES128-SHA group=secp256r1 sigalg=ecdsa_secp256r1_sha256 ems=yes | its algorithms are approved, but the configuration offers authenticated encryption alone
  FIPS-TLS-104 | signatures with SHA-224 | both.MaxProtocol=TLSv1.2 both.SignatureAlgorithms=RSA+SHA224 server.cert=rsa2048 | version=TLSv1.2 suite=ECDHE-RSA-AES256-GCM-SHA384 group=secp256r1 sigalg=rsa_pkcs1_sha224 ems=yes | it is approved, but the configuration offers SHA-256 and longer
  FIPS-TLS-105 | a certificate that was signed with SHA-1, at security level 0 | server.cert=p256-sha1 both.CipherString=ALL:@SECLEVEL=0 | version=TLSv1.3 suite=TLS_AES_256_GCM_SHA384 group=secp256r1 sigalg=ecdsa_secp256r1_sha256 ems=no | module 3.1.2 verifies old signatures; the security level refuses them
`,
);

/** FIPS-TLS: real handshakes, both sides in one process of the image. */
export const TLS_CHECKS: readonly CheckDefinition[] = [
  ...AGREED.map(({ id, what, words, agreed }) => answered(id, what, TLS, [ask(words), `ok ${agreed}`])),
  ...REFUSED.map(({ id, what, words, reason }) =>
    answered(id, `${what} is refused`, LISTED, [ask(words), `refused ${reason}`]),
  ),
  ...WITHOUT_EMS.map(({ id, what, words, side }) =>
    answered(id, `TLS 1.2 without the extended master secret, ${what}, is refused by the module`, EMS, [
      ask(`both.MaxProtocol=TLSv1.2 ${words}`),
      `refused ems not enabled at=${side}`,
    ]),
  ),
  ...GROUPS_NOT_THERE.map(({ id, group, more }) =>
    answered(
      id,
      `the group ${group} cannot be had, while strangers would agree on it`,
      LISTED,
      [ask(`both.Groups=${group} ${more}`), 'refused no reason given at=client.Groups'],
      [ask(`both.context=default both.Groups=${group} ${more}`), new RegExp(`ok .* group=${group} .*`, 'i')],
    ),
  ),
  ...ASKED_FOR.map(({ id, what, words, agreed, why }) =>
    boundary(
      answered(id, `${what} is left out, but a program that sets it gets it`, EXPLICIT, [
        ask(words),
        `ok ${agreed}`,
      ]),
      `${why}; what a program sets goes before the configuration, so a program must not set it`,
    ),
  ),
];

function ask(words: string): string {
  return `tls ${words}`.trim();
}
