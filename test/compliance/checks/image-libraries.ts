import type { CheckDefinition } from '../../../activities/selftest/check-definition.ts';
import { LIBRARIES, without } from './image-demands.ts';
import { demand } from './probes.ts';

const ONE_LIBRARY = demand.design('Variants: exactly one libcrypto, ours');
const ONE_MODULE = demand.fips140('7.2.3 Cryptographic boundary');

/** One OpenSSL, one module, and no other cryptography that calls itself so. */
export const LIBRARY_CHECKS: readonly CheckDefinition[] = [
  {
    id: 'FIPS-IMG-030',
    title: 'exactly one library calls itself libcrypto, and one libssl',
    requirement: ONE_LIBRARY,
    probes: [
      {
        elf: {},
        facts: ['soname'],
        lines: {
          some: [
            '/usr/lib/libcrypto.so.3 soname: libcrypto.so.3',
            '/usr/lib/libssl.so.3 soname: libssl.so.3',
          ],
          none: [/(?!\/usr\/lib\/lib(crypto|ssl)\.so\.3 ).* soname: lib(?:crypto|ssl)\..*/],
        },
      },
    ],
  },
  {
    id: 'FIPS-IMG-031',
    title: 'nothing else has the name of one',
    requirement: ONE_LIBRARY,
    variants: ['standard', 'distroless'],
    probes: [
      {
        entries: { path: /\/lib(?:crypto|ssl)[^/]*$/, except: /^\/var\/lib\/db\/sbom\// },
        lines: { all: LIBRARIES },
      },
    ],
  },
  {
    id: 'FIPS-IMG-032',
    title: 'nothing else has the name of one but what is built against them',
    requirement: ONE_LIBRARY,
    variants: ['development'],
    probes: [
      {
        entries: { path: /\/lib(?:crypto|ssl)[^/]*$/, except: /^\/var\/lib\/db\/sbom\// },
        lines: {
          all: [
            'file 0644 0:0 /usr/lib/libcrypto.a',
            'symlink 0777 0:0 /usr/lib/libcrypto.so -> libcrypto.so.3',
            'file 0755 0:0 /usr/lib/libcrypto.so.3',
            'file 0644 0:0 /usr/lib/libssl.a',
            'symlink 0777 0:0 /usr/lib/libssl.so -> libssl.so.3',
            'file 0755 0:0 /usr/lib/libssl.so.3',
            'file 0644 0:0 /usr/lib/pkgconfig/libcrypto.pc',
            'file 0644 0:0 /usr/lib/pkgconfig/libssl.pc',
          ],
        },
      },
    ],
  },
  {
    id: 'FIPS-IMG-033',
    title: 'the folder of modules holds the FIPS provider that was built, and nothing else',
    requirement: ONE_MODULE,
    probes: [
      {
        entries: { path: /\/ossl-modules\// },
        lines: { all: ['file 0755 0:0 /usr/lib/ossl-modules/fips.so'] },
      },
      { file: '/usr/lib/ossl-modules/fips.so', sha256: '{provider}' },
    ],
  },
  without('FIPS-IMG-034', 'there is no provider with what is not approved', ONE_MODULE, {
    path: /\/(?:legacy|default|loader_attic|p_[^/]*|pkcs11|tpm2|oqsprovider|qatprovider)\.so$/,
  }),
  without('FIPS-IMG-035', 'there is no engine, and no folder for them', ONE_MODULE, {
    path: /\/engines(?:-[\d.]+)?(?:\/|$)/,
  }),
  without('FIPS-IMG-036', 'there is no other library of cryptography', ONE_LIBRARY, {
    path: /\/lib(?:gnutls|nss3|nssutil3|softokn3|freebl3?|gcrypt|mbedcrypto|mbedtls|mbedx509|sodium|wolfssl|nettle|hogweed|tomcrypt|bearssl|botan-?\d*|s2n|tls|boringssl|awslc|cryptopp|monocypher|ring|rustls)[-\d.]*\.(?:so|a)[.\d]*$/,
  }),
  {
    id: 'FIPS-IMG-037',
    title: 'no file has another OpenSSL inside: the only ones that carry its name are those that were built',
    requirement: ONE_LIBRARY,
    probes: [
      {
        find: /(?:OpenSSL|LibreSSL|BoringSSL) \d+\.\d+\.\d+[a-z0-9-]*(?= {1,2}\d{1,2} [A-Z][a-z]{2} \d{4})/,
        containing: 'SSL ',
        in: { except: /^\/usr\/(?:lib\/lib(?:crypto|ssl)\.a|include\/openssl\/opensslv\.h)$/ },
        lines: {
          all: ['/usr/bin/openssl: OpenSSL {coreVersion}', '/usr/lib/libcrypto.so.3: OpenSSL {coreVersion}'],
        },
      },
    ],
  },
];
