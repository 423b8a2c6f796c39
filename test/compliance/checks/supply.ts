import type { CheckDefinition } from '../../../activities/selftest/check-definition.ts';
import { imageDemand, NOTHING } from './image-demands.ts';
import { demand } from './probes.ts';

const LOCKED = demand.design('Contract 1: one source of truth');
const TRUSTED = imageDemand.nist('4.1.5 use of untrusted images');
const VERIFIED = imageDemand.cis('4.11 only verified packages are installed');
const MANIFEST = imageDemand.oci('manifest.md');
const INDEX = imageDemand.oci('image-index.md');

/** Every line of the configuration that is no comment, as `images/openssl.cnf` has them. */
const CONFIGURATION = [
  'config_diagnostics = 1',
  'openssl_conf = openssl_init',
  '.include /etc/ssl/fipsmodule.cnf',
  '[openssl_init]',
  'providers = provider_sect',
  'alg_section = algorithm_sect',
  'ssl_conf = ssl_sect',
  '[provider_sect]',
  'base = base_sect',
  'fips = fips_sect',
  '[base_sect]',
  'activate = 1',
  '[algorithm_sect]',
  'default_properties = fips=yes',
  '[ssl_sect]',
  'system_default = tls_sect',
  '[tls_sect]',
  'MinProtocol = TLSv1.2',
  'Groups = P-256:P-384:P-521:ffdhe2048:ffdhe3072',
  'CipherString = ECDHE+AESGCM:DHE+AESGCM:ECDHE+AESCCM:!aNULL:!kRSA:@SECLEVEL=2',
  'Ciphersuites = TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256',
  'SignatureAlgorithms = ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:RSA+SHA512',
];
const ANOTHER_LINE = new RegExp(
  `(?!#)(?!(?:${CONFIGURATION.map((line) => line.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('|')})$).+`,
);

/** What an image is composed of, as its documents and its database of packages say. */
export const SUPPLY_CHECKS: readonly CheckDefinition[] = [
  {
    id: 'FIPS-META-050',
    title: 'it is for the platform that was asked for',
    requirement: imageDemand.oci('config.md: architecture, os'),
    probes: [
      { document: 'config', at: '/architecture', lines: { all: ['{architecture}'] } },
      { document: 'config', at: '/os', lines: { all: ['linux'] } },
      {
        document: 'index',
        at: '/manifests/0/platform',
        lines: { all: ['architecture={architecture}', 'os=linux'] },
      },
    ],
  },
  {
    id: 'FIPS-META-051',
    title: 'its index leads to one manifest',
    requirement: INDEX,
    probes: [
      { document: 'index', at: '/schemaVersion', lines: { all: ['2'] } },
      {
        document: 'index',
        at: '/manifests/0/mediaType',
        lines: { all: ['application/vnd.oci.image.manifest.v1+json'] },
      },
      { document: 'index', at: '/manifests/1', lines: NOTHING },
    ],
  },
  {
    id: 'FIPS-META-052',
    title: 'its manifest is that of an image, and of nothing that is attached to one',
    requirement: MANIFEST,
    probes: [
      {
        document: 'manifest',
        at: '/mediaType',
        lines: { all: ['application/vnd.oci.image.manifest.v1+json'] },
      },
      {
        document: 'manifest',
        at: '/config/mediaType',
        lines: { all: ['application/vnd.oci.image.config.v1+json'] },
      },
      { document: 'manifest', at: '/subject', lines: NOTHING },
      { document: 'manifest', at: '/artifactType', lines: NOTHING },
    ],
  },
  {
    id: 'FIPS-META-053',
    title: 'it has one layer: nothing was put over what was composed',
    requirement: MANIFEST,
    probes: [
      {
        document: 'manifest',
        at: '/layers/0/mediaType',
        lines: { all: ['application/vnd.oci.image.layer.v1.tar+gzip'] },
      },
      { document: 'manifest', at: '/layers/1', lines: NOTHING },
      { document: 'config', at: '/rootfs/diff_ids', lines: { all: [/sha256:[0-9a-f]{64}/] } },
    ],
  },
  {
    id: 'FIPS-META-054',
    title: 'it is not larger than it need be: 10 MB compressed',
    requirement: imageDemand.nist('4.1.2 image configuration defects: only what is needed'),
    variants: ['distroless'],
    probes: [{ document: 'manifest', at: '/layers/0/size', lines: { all: [/[1-9]\d{0,6}/] } }],
  },
  {
    id: 'FIPS-META-055',
    title: 'it is not larger than it need be: 20 MB compressed',
    requirement: imageDemand.nist('4.1.2 image configuration defects: only what is needed'),
    variants: ['standard'],
    probes: [{ document: 'manifest', at: '/layers/0/size', lines: { all: [/1?\d{1,7}/] } }],
  },
  {
    id: 'FIPS-META-056',
    title: 'it is not larger than it need be: 200 MB compressed',
    requirement: imageDemand.nist('4.1.2 image configuration defects: only what is needed'),
    variants: ['development'],
    probes: [{ document: 'manifest', at: '/layers/0/size', lines: { all: [/1?\d{1,8}/] } }],
  },
  {
    id: 'FIPS-META-060',
    title: 'its packages are exactly those of the lock and those that we built, at their exact versions',
    requirement: LOCKED,
    probes: [{ packages: ['name', 'version'], lines: { all: ['{packages}'] } }],
  },
  {
    id: 'FIPS-META-061',
    title: 'what was asked for is what is there',
    requirement: LOCKED,
    probes: [{ file: '/etc/apk/world', lines: { all: ['{packages}'] } }],
  },
  {
    id: 'FIPS-META-062',
    title: 'every package has the checksum that its signature stands for',
    requirement: VERIFIED,
    probes: [
      {
        packages: ['name', 'checksum'],
        lines: {
          some: [/openssl-fips-provider=Q1[A-Za-z0-9+/]{27}=/],
          none: [/[^=]*=(?!Q1[A-Za-z0-9+/]{27}=$).*/],
        },
      },
    ],
  },
  {
    id: 'FIPS-META-063',
    title: 'every package names its licence',
    requirement: TRUSTED,
    probes: [
      {
        packages: ['name', 'licence'],
        lines: { some: ['openssl-fips-provider=Apache-2.0'], none: [/[^=]*=\s*/] },
      },
    ],
  },
  {
    id: 'FIPS-META-064',
    title: 'every package is for the processor of the image',
    requirement: VERIFIED,
    platforms: ['linux/amd64'],
    probes: [
      {
        packages: ['name', 'architecture'],
        lines: { some: ['openssl-fips-provider=x86_64'], none: [/[^=]*=(?!x86_64$|noarch$).*/] },
      },
    ],
  },
  {
    id: 'FIPS-META-065',
    title: 'every package is for the processor of the image',
    requirement: VERIFIED,
    platforms: ['linux/arm64'],
    probes: [
      {
        packages: ['name', 'architecture'],
        lines: { some: ['openssl-fips-provider=aarch64'], none: [/[^=]*=(?!aarch64$|noarch$).*/] },
      },
    ],
  },
  {
    id: 'FIPS-META-066',
    title: 'nothing of the place where it was made is left in it',
    requirement: demand.design('Contract 4: reproducible is checked'),
    probes: [{ file: '/etc/apk/repositories', lines: { all: ['./repository'] } }],
  },
  {
    id: 'FIPS-META-067',
    title: 'it trusts no key, for it installs nothing',
    requirement: VERIFIED,
    variants: ['distroless'],
    probes: [{ entries: { path: /^\/(?:etc|usr\/share)\/apk\/keys\/./ }, lines: NOTHING }],
  },
  {
    id: 'FIPS-META-068',
    title: 'it trusts the key of the repository of its base, and no other',
    requirement: VERIFIED,
    variants: ['standard', 'development'],
    probes: [
      {
        entries: { path: /^\/(?:etc|usr\/share)\/apk\/keys\/./ },
        lines: {
          all: [
            'file 0644 0:0 /etc/apk/keys/wolfi-signing.rsa.pub',
            'file 0644 0:0 /usr/share/apk/keys/wolfi-signing.rsa.pub',
          ],
        },
      },
    ],
  },
  {
    id: 'FIPS-META-069',
    title: 'it says which distribution it is, where scanners look for that',
    requirement: imageDemand.nist('4.1.1 image vulnerabilities'),
    probes: [{ file: '/etc/os-release', lines: { some: ['ID=wolfi'], none: [/ID=(?!wolfi$).*/] } }],
  },
  {
    id: 'FIPS-META-070',
    title: 'every package that we built has a bill of materials in it, and our packages alone',
    requirement: demand.design('Chosen parts: scanners and SBOMs see it'),
    variants: ['standard', 'distroless'],
    probes: [
      {
        entries: { path: /^\/var\/lib\/db\/sbom\/./ },
        lines: {
          all: [
            /file 0644 0:0 \/var\/lib\/db\/sbom\/libcrypto3-\d\S*\.spdx\.json/,
            /file 0644 0:0 \/var\/lib\/db\/sbom\/libssl3-\d\S*\.spdx\.json/,
            /file 0644 0:0 \/var\/lib\/db\/sbom\/openssl-\d\S*\.spdx\.json/,
            /file 0644 0:0 \/var\/lib\/db\/sbom\/openssl-fips-config-\d\S*\.spdx\.json/,
            /file 0644 0:0 \/var\/lib\/db\/sbom\/openssl-fips-provider-\d\S*\.spdx\.json/,
          ],
        },
      },
    ],
  },
  {
    id: 'FIPS-META-071',
    title: 'the core was built at the time of its release, not at ours',
    requirement: demand.design('Contract 4: reproducible is checked'),
    probes: [
      {
        run: ['openssl', 'version', '-b'],
        exit: 0,
        stdout: { all: [/built on: [A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d 00:00:00 \d{4} UTC/] },
      },
    ],
  },
  {
    id: 'FIPS-META-072',
    title: 'the configuration has the lines that were reviewed, and no other',
    requirement: demand.fips140('7.2.4 Modes of operation'),
    probes: [{ file: '/etc/ssl/openssl.cnf', lines: { some: CONFIGURATION, none: [ANOTHER_LINE] } }],
  },
];
