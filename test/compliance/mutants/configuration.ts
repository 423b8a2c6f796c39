import { type Mutant, type MutantEntry, ON_THEIR_OWN } from './mutant.ts';

const CONFIG = 'etc/ssl/openssl.cnf';
const MODULE_CONFIG = 'etc/ssl/fipsmodule.cnf';
const MODULE = 'usr/lib/ossl-modules/fips.so';

function configured(name: string, wrong: string, entries: Record<string, MutantEntry>): Mutant {
  return {
    name,
    wrong,
    variant: 'distroless',
    entries,
    seenBy: ['looks', 'commands', 'questions'],
    without: ON_THEIR_OWN,
  };
}

/**
 * One with which hardly anything works any more. That it is found out is soon shown; each of the checks that fail for the same reason would
 * cost a process more.
 */
function broken(name: string, wrong: string, entries: Record<string, MutantEntry>): Mutant {
  return {
    ...configured(name, wrong, entries),
    groups: ['FIPS-POST', 'FIPS-ISO', 'FIPS-DIG', 'FIPS-AES', 'FIPS-POL', 'FIPS-META', 'FIPS-IMG'],
  };
}

function otherLine(name: string, wrong: string, replace: string, by: string): Mutant {
  return configured(name, wrong, { [CONFIG]: { replace, by } });
}

/** Wrong configurations and wrong modules. */
export const CONFIGURATION_MUTANTS: readonly Mutant[] = [
  otherLine(
    'default-provider-too',
    'the default provider is active beside the module',
    'base = base_sect',
    'base = base_sect\ndefault = base_sect',
  ),
  broken('default-provider-instead', 'the default provider is active in the place of the module', {
    [CONFIG]: { replace: 'fips = fips_sect', by: 'default = base_sect' },
  }),
  otherLine('without-base-provider', 'the base provider is not active', 'base = base_sect\n', ''),
  otherLine(
    'no-properties',
    'algorithms are not restricted to fips=yes',
    'default_properties = fips=yes',
    'default_properties =',
  ),
  otherLine(
    'optional-properties',
    'fips=yes is a wish, not a demand',
    'default_properties = fips=yes',
    'default_properties = ?fips=yes',
  ),
  otherLine(
    'no-diagnostics',
    'errors of the configuration are passed over',
    'config_diagnostics = 1',
    'config_diagnostics = 0',
  ),
  otherLine(
    'x25519-offered',
    'X25519 is offered and taken first in TLS',
    'Groups = P-256',
    'Groups = X25519:P-256',
  ),
  otherLine(
    'groups-not-pinned',
    'TLS offers every group that the module registers',
    'Groups = P-256:P-384:P-521:ffdhe2048:ffdhe3072\n',
    '',
  ),
  otherLine('tls-1.0', 'TLS 1.0 is spoken', 'MinProtocol = TLSv1.2', 'MinProtocol = TLSv1'),
  otherLine(
    'rsa-key-transport',
    'TLS takes ciphers without forward secrecy',
    'CipherString = ECDHE+AESGCM:DHE+AESGCM:ECDHE+AESCCM:!aNULL:!kRSA:',
    'CipherString = AES256-GCM-SHA384:',
  ),
  otherLine(
    'sha1-signatures',
    'TLS takes signatures with SHA-1',
    'SignatureAlgorithms = ',
    'SignatureAlgorithms = RSA+SHA1:ECDSA+SHA1:',
  ),
  configured('security-checks-off', 'the module does not check the strength of keys', {
    [MODULE_CONFIG]: { replace: 'security-checks = 1', by: 'security-checks = 0' },
  }),
  configured('ems-check-off', 'TLS 1.2 does without the extended master secret', {
    [MODULE_CONFIG]: { replace: 'tls1-prf-ems-check = 1', by: 'tls1-prf-ems-check = 0' },
  }),
  configured('truncated-drbg', 'random generators with truncated digests are allowed', {
    [MODULE_CONFIG]: { replace: 'drbg-no-trunc-md = 1', by: 'drbg-no-trunc-md = 0' },
  }),
  {
    ...configured('conditional-errors-off', 'a conditional self-test that fails does not stop the module', {
      [MODULE_CONFIG]: { replace: 'conditional-errors = 1', by: 'conditional-errors = 0' },
    }),
    without: [],
  },
  broken('self-tests-skipped', 'the module is told that its self-tests were done at installation', {
    [MODULE_CONFIG]: {
      replace: 'activate = 1\n',
      by: 'activate = 1\ninstall-status = INSTALL_SELF_TEST_KATS_RUN\ninstall-mac = 00\n',
    },
  }),
  broken('mac-of-another-module', 'the configuration has the MAC of another module', {
    [MODULE_CONFIG]: { replace: /module-mac = ..:../, by: 'module-mac = 00:00' },
  }),
  broken('module-not-active', 'the module is configured, and not active', {
    [MODULE_CONFIG]: { replace: 'activate = 1\n', by: '' },
  }),
  broken('no-module-configuration', 'there is no configuration of the module', {
    [MODULE_CONFIG]: { removed: true },
  }),
  broken('no-configuration', 'there is no configuration: the default provider serves', {
    [CONFIG]: { removed: true },
  }),
  broken('empty-configuration', 'the configuration is empty: the default provider serves', {
    [CONFIG]: '',
  }),
  {
    ...configured('module-flipped', 'one bit of the module is another', {
      [MODULE]: { copy: MODULE, flip: true },
    }),
    seenBy: ['looks', 'commands', 'questions', 'vectors'],
    without: [],
  },
  {
    ...broken('module-missing', 'there is no module', { [MODULE]: { removed: true } }),
    seenBy: ['looks', 'commands', 'questions', 'vectors'],
  },
  {
    ...broken('module-of-somebody-else', 'a library under the name of the module is none', {
      [MODULE]: { copy: 'usr/lib/libssl.so.3' },
    }),
    seenBy: ['looks', 'commands', 'questions', 'vectors'],
  },
  {
    ...configured(
      'module-with-its-mac',
      'the module is another, and its MAC was computed anew: everything works',
      {
        [MODULE]: { copy: MODULE, append: 'x' },
        [MODULE_CONFIG]: { macOf: MODULE },
      },
    ),
  },
];
