import type { CheckDefinition, Line } from '../../../activities/selftest/check-definition.ts';
import { demand } from './probes.ts';

const SUITE = '/tmp/suite';

/** A line that evp_test does not say of a good run: an error, or a vector left out for another reason than those that we know. */
const UNKNOWN: Line =
  /(?! {4}# (?:$|INFO: |Reading |Starting |RUNNING TEST FOR |Trying the EVP_|Completed |Allowing (?:dup|copy) fail |skipping, (?:'(?:default|legacy)' provider |FIPS provider incompatible )|\S+ is fetched$)).*/;

/**
 * OpenSSL's own test of a file of vectors, by the image's own configuration, so that the provider answers as it does for everybody.
 * The numbers are exact: a vector that is not run any more proves nothing. What is skipped is not for this provider: the file says
 * that it is for another version of the module or for the default provider.
 */
function vectors(
  id: string,
  file: string,
  what: string,
  requirement: CheckDefinition['requirement'],
  [tests, skipped]: readonly [tests: number, skipped: number],
): CheckDefinition {
  const path = `${SUITE}/data/${file}.txt`;
  return {
    id: `FIPS-VEC-${id}`,
    title: `${what}: all ${tests} vectors hold`,
    requirement,
    probes: [
      {
        run: [`${SUITE}/evp_test`, '-config', '/etc/ssl/openssl.cnf', path],
        exit: 0,
        stdout: {
          all: [
            '1..1',
            '    # Subtest: run_file_tests',
            '    1..1',
            '    ok 1 - iteration 1',
            'ok 1 - run_file_tests',
          ],
        },
        stderr: {
          some: [
            `    # Reading ${path}`,
            `    # Completed ${tests} tests with 0 errors and ${skipped} skipped`,
          ],
          none: [UNKNOWN],
        },
      },
    ],
  };
}

const { nist, rfc } = demand;
const fips = (number: string, section: string): CheckDefinition['requirement'] => ({
  standard: `FIPS ${number}`,
  section,
});

/**
 * FIPS-VEC: the published vectors that OpenSSL's own tests read. Left out are files for algorithms that no application may use here
 * (X25519, X448, Ed25519 and Ed448, which the certificate does not allow; Triple-DES, which is fips=no; ML-DSA, ML-KEM and SLH-DSA, which
 * the module does not have), those that need the default provider (MD5 in evppkey_kdf_tls1_prf), and those of which this module runs no
 * vector (evpkdf_pbkdf1, evpkdf_tls12_prf, evppkey_dh) or only comparisons of keys (evppkey_*_sigalg, evppkey_mismatch).
 */
export const VECTOR_CHECKS: readonly CheckDefinition[] = [
  vectors(
    '001',
    'evpmd_sha',
    'SHA-1, SHA-2, SHA-3 and SHAKE',
    fips('180-4 and FIPS 202', 'vectors of RFC 6234 and NIST'),
    [59, 15],
  ),
  vectors(
    '002',
    'evpmac_common',
    'HMAC, CMAC, GMAC and KMAC',
    fips('198-1, NIST SP 800-38B, 38D and 800-185', 'vectors of RFC 2104 and 4231, IEEE 802.1 and NIST'),
    [66, 14],
  ),
  vectors(
    '003',
    'evpciph_aes_common',
    'AES in ECB, CBC, CFB, OFB, CTR, GCM, CCM and XTS',
    fips('197, NIST SP 800-38A, 38C, 38D and 38E', 'vectors of FIPS 197, SP 800-38A, RFC 3686 and IEEE 1619'),
    [296, 1],
  ),
  vectors('004', 'evpciph_aes_ccm_cavs', 'AES-CCM', nist('SP 800-38C', 'vectors of the CAVP'), [2865, 0]),
  vectors(
    '005',
    'evpciph_aes_cts',
    'AES-CBC with ciphertext stealing',
    nist('SP 800-38A Addendum', 'CBC-CS1, CBC-CS2 and CBC-CS3'),
    [42, 0],
  ),
  vectors(
    '006',
    'evpciph_aes_stitched',
    'AES-CBC and HMAC in one pass',
    nist('SP 800-38A', '6.2 CBC, with the HMAC of FIPS 198-1 as records of TLS 1.2 have it'),
    [12, 0],
  ),
  vectors(
    '007',
    'evpciph_aes_wrap',
    'AES key wrap',
    nist('SP 800-38F', '6 KW and KWP; vectors of RFC 3394 and RFC 5649'),
    [26, 0],
  ),
  vectors(
    '010',
    'evpkdf_hkdf',
    'HKDF',
    nist('SP 800-56C Rev. 2', '5 two-step key derivation; vectors of RFC 5869'),
    [26, 6],
  ),
  vectors(
    '011',
    'evppkey_kdf_hkdf',
    'HKDF through the interface for keys',
    nist('SP 800-56C Rev. 2', '5 two-step key derivation; vectors of RFC 5869'),
    [24, 5],
  ),
  vectors(
    '012',
    'evpkdf_ss',
    'the one-step KDF',
    nist('SP 800-56C Rev. 2', '4 one-step key derivation; vectors of the ACVP and RFC 8636'),
    [152, 20],
  ),
  vectors(
    '013',
    'evpkdf_kbkdf_counter',
    'KBKDF in counter mode',
    nist('SP 800-108 Rev. 1', '4.1 counter mode; vectors of the CAVP'),
    [128, 5],
  ),
  vectors(
    '014',
    'evpkdf_kbkdf_kmac',
    'KBKDF with KMAC',
    nist('SP 800-108 Rev. 1', '4.4 KDF using KMAC; vectors of the ACVP'),
    [100, 3],
  ),
  vectors(
    '015',
    'evpkdf_pbkdf2',
    'PBKDF2 and its lower bounds',
    nist('SP 800-132', '5 PBKDF, with its lower bounds'),
    [5, 23],
  ),
  vectors(
    '016',
    'evppbe_pbkdf2',
    'PBKDF2 through the interface of PKCS #5',
    nist('SP 800-132', '5.3 PBKDF specification; vectors of RFC 6070'),
    [25, 0],
  ),
  vectors(
    '017',
    'evpkdf_ssh',
    'the KDF of SSH',
    nist('SP 800-135 Rev. 1', '5.2 SSH; vectors of the CAVP'),
    [606, 6],
  ),
  vectors(
    '018',
    'evpkdf_tls13_kdf',
    'the KDF of TLS 1.3',
    rfc(8446, '7.1 key schedule; vectors of the ACVP'),
    [563, 8],
  ),
  vectors(
    '019',
    'evpkdf_x942',
    'the KDF of X9.42',
    nist('SP 800-135 Rev. 1', '5.1 X9.42; vectors of the ACVP and RFC 3565'),
    [11, 2],
  ),
  vectors(
    '020',
    'evpkdf_x963',
    'the KDF of X9.63',
    nist('SP 800-135 Rev. 1', '5.1 X9.63; vectors of the CAVP'),
    [17, 6],
  ),
  vectors(
    '030',
    'evprand',
    'CTR, Hash and HMAC DRBG',
    nist('SP 800-90A Rev. 1', '10 DRBG algorithms; vectors of the CAVP'),
    [579, 388],
  ),
  vectors(
    '040',
    'evppkey_rsa',
    'RSA-PSS and RSA-OAEP',
    rfc(8017, '7.1 and 8.1; vectors of RSA Laboratories'),
    [49, 25],
  ),
  vectors(
    '041',
    'evppkey_rsa_common',
    'RSA signatures and transport, and refusals of short keys and weak digests',
    fips('186-5', '5 RSA, and NIST SP 800-131A Rev. 2, 3'),
    [177, 61],
  ),
  vectors('042', 'evppkey_rsa_kem', 'RSASVE', nist('SP 800-56B Rev. 2', '7.2.1 RSASVE'), [2, 4]),
  vectors(
    '043',
    'evppkey_dsa',
    'DSA signatures, and refusals of short keys',
    fips('186-4', '4 DSA, as FIPS 186-5 keeps it for old signatures'),
    [25, 9],
  ),
  vectors(
    '044',
    'evppkey_ecdsa',
    'ECDSA signatures, and refusals of weak curves and digests',
    fips('186-5', '6 ECDSA'),
    [21, 6],
  ),
  vectors(
    '050',
    'evppkey_ecc',
    'key agreement on every curve of NIST',
    nist('SP 800-56A Rev. 3', '5.7.1.2 ECC CDH, on the curves of SP 800-186'),
    [73, 375],
  ),
  vectors(
    '051',
    'evppkey_ecdh',
    'ECDH',
    nist('SP 800-56A Rev. 3', '5.7.1.2 ECC CDH; vectors of RFC 5114 and RFC 5903'),
    [173, 133],
  ),
  vectors(
    '052',
    'evppkey_kas',
    'ECDH with cofactor',
    nist('SP 800-56A Rev. 3', '5.7.1.2 ECC CDH; vectors of the CAVP'),
    [381, 372],
  ),
  vectors(
    '053',
    'evppkey_ffdhe',
    'DH in the groups of TLS',
    nist('SP 800-56A Rev. 3', '5.7.1.1 FFC DH, in the groups of RFC 7919'),
    [24, 0],
  ),
];
