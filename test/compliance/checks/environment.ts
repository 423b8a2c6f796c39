import type { CheckDefinition, Overlay } from '../../../activities/selftest/check-definition.ts';
import {
  DEFAULT_SERVES,
  demand,
  MD5_OF_NOTHING,
  MD5_REFUSED,
  LISTS_FIPS,
  SHA256_ANSWERS,
  STOPPED,
  UNCHANGED,
  unhealthy,
} from './probes.ts';

const VARIABLES = demand.openssl('openssl-env(7)');
const MODES = demand.fips140('7.2.4 Modes of operation');

const WHOEVER_SETS_IT =
  'whoever sets OPENSSL_CONF of a process decides over its providers, because the default provider is a part of libcrypto; ' +
  'the image does not set it, its health check says that the container is not well, and a policy of the cluster must forbid it';

/** A configuration of somebody else: a hostile one, or none at all. */
function otherConfiguration(id: string, what: string, path: string, ...overlays: Overlay[]): CheckDefinition {
  return {
    id,
    title: `${what} is not prevented, and the image says that it is not well`,
    requirement: MODES,
    overlays,
    env: { OPENSSL_CONF: path },
    probes: [DEFAULT_SERVES, MD5_OF_NOTHING],
    boundary: WHOEVER_SETS_IT,
  };
}

function changesNothing(
  id: string,
  variable: string,
  value: string,
  ...overlays: readonly Overlay[]
): CheckDefinition {
  return {
    id,
    title: `${variable}=${value} changes nothing`,
    requirement: VARIABLES,
    overlays,
    env: { [variable]: value },
    probes: UNCHANGED,
  };
}

const HOSTILE = '/tmp/hostile';
const ACTIVATES_DEFAULT = [
  'openssl_conf = init',
  '[init]',
  'providers = providers',
  '[providers]',
  'default = default_sect',
  '[default_sect]',
  'activate = 1',
  '',
].join('\n');
const RESTRICTS_NOTHING = [
  'openssl_conf = init',
  '.include /etc/ssl/fipsmodule.cnf',
  '[init]',
  'providers = providers',
  'alg_section = algorithms',
  '[providers]',
  'fips = fips_sect',
  'base = base_sect',
  '[base_sect]',
  'activate = 1',
  '[algorithms]',
  'default_properties =',
  '',
].join('\n');

const WHOEVER_STARTS_IT =
  'whoever sets the variables of a process decides which libraries it runs with, and could bring a libcrypto of his own; a policy of the ' +
  'cluster must not let anybody set them';

/** FIPS-ENV: variables of a hostile environment. */
export const ENVIRONMENT_CHECKS: readonly CheckDefinition[] = [
  otherConfiguration('FIPS-ENV-001', 'OPENSSL_CONF=/dev/null', '/dev/null'),
  otherConfiguration('FIPS-ENV-002', 'OPENSSL_CONF with a file that is not there', '/tmp/none.cnf'),
  otherConfiguration(
    'FIPS-ENV-003',
    'OPENSSL_CONF with a configuration that activates the default provider',
    `${HOSTILE}/openssl.cnf`,
    { target: `${HOSTILE}/openssl.cnf`, text: ACTIVATES_DEFAULT },
  ),
  {
    id: 'FIPS-ENV-004',
    title:
      'OPENSSL_CONF with empty default_properties is found out, and still offers nothing of another provider',
    requirement: MODES,
    overlays: [{ target: `${HOSTILE}/openssl.cnf`, text: RESTRICTS_NOTHING }],
    env: { OPENSSL_CONF: `${HOSTILE}/openssl.cnf` },
    probes: [unhealthy('algorithms are not restricted to fips=yes'), LISTS_FIPS, SHA256_ANSWERS, MD5_REFUSED],
  },
  {
    id: 'FIPS-ENV-010',
    title: 'OPENSSL_MODULES with an empty folder stops all cryptography',
    requirement: VARIABLES,
    overlays: [{ target: HOSTILE, empty: true }],
    env: { OPENSSL_MODULES: HOSTILE },
    probes: STOPPED,
  },
  {
    id: 'FIPS-ENV-011',
    title: 'OPENSSL_MODULES with a changed module stops all cryptography',
    requirement: VARIABLES,
    overlays: [
      { target: `${HOSTILE}/fips.so`, of: '/usr/lib/ossl-modules/fips.so', change: { flip: 'middle' } },
    ],
    env: { OPENSSL_MODULES: HOSTILE },
    probes: STOPPED,
  },
  {
    id: 'FIPS-ENV-012',
    title: 'OPENSSL_MODULES with another library under the name of the module stops all cryptography',
    requirement: VARIABLES,
    overlays: [{ target: `${HOSTILE}/fips.so`, of: '/usr/lib/libssl.so.3', change: { append: '' } }],
    env: { OPENSSL_MODULES: HOSTILE },
    probes: STOPPED,
  },
  changesNothing('FIPS-ENV-020', 'OPENSSL_CONF_INCLUDE', HOSTILE, {
    target: `${HOSTILE}/fipsmodule.cnf`,
    text: '[fips_sect]\nactivate = 1\n',
  }),
  changesNothing('FIPS-ENV-021', 'OPENSSL_ENGINES', HOSTILE, { target: HOSTILE, empty: true }),
  changesNothing('FIPS-ENV-022', 'SSL_CERT_FILE', `${HOSTILE}/none.pem`),
  changesNothing('FIPS-ENV-023', 'SSL_CERT_DIR', HOSTILE),
  changesNothing('FIPS-ENV-024', 'OPENSSL_FIPS', '0'),
  changesNothing('FIPS-ENV-025', 'OPENSSL_FORCE_FIPS_MODE', '0'),
  {
    ...changesNothing('FIPS-ENV-026', 'OPENSSL_ia32cap', ':0'),
    title: 'without the extensions of the processor the module gives the same answers',
    platforms: ['linux/amd64'],
  },
  {
    id: 'FIPS-ENV-030',
    title:
      'LD_LIBRARY_PATH decides which libcrypto is loaded: an empty one there is taken before the image’s own',
    requirement: VARIABLES,
    overlays: [{ target: `${HOSTILE}/libcrypto.so.3`, text: '' }],
    env: { LD_LIBRARY_PATH: HOSTILE },
    boundary: WHOEVER_STARTS_IT,
    probes: [
      {
        run: ['openssl', 'version'],
        exit: 127,
        stderr: {
          all: [`openssl: error while loading shared libraries: ${HOSTILE}/libcrypto.so.3: file too short`],
        },
      },
    ],
  },
  {
    id: 'FIPS-ENV-031',
    title: 'LD_PRELOAD decides what is loaded first: the loader tries what it names',
    requirement: VARIABLES,
    overlays: [{ target: `${HOSTILE}/first.so`, text: '' }],
    env: { LD_PRELOAD: `${HOSTILE}/first.so` },
    boundary: WHOEVER_STARTS_IT,
    probes: [
      {
        run: ['openssl', 'version'],
        exit: 0,
        stdout: { all: [/OpenSSL \d+\.\d+\.\d+ .*/] },
        stderr: {
          all: [
            `ERROR: ld.so: object '${HOSTILE}/first.so' from LD_PRELOAD cannot be preloaded (file too short): ignored.`,
          ],
        },
      },
    ],
  },
];
