import type {
  CheckDefinition,
  CommandProbe,
  Line,
  Requirement,
} from '../../../activities/selftest/check-definition.ts';

/** The standards that checks refer to, with the section. */
export const demand = {
  fips140: (section: string): Requirement => ({ standard: 'ISO/IEC 19790:2012, by FIPS 140-3', section }),
  guidance: (section: string): Requirement => ({ standard: 'FIPS 140-3 Implementation Guidance', section }),
  sp800131a: (section: string): Requirement => ({ standard: 'NIST SP 800-131A Rev. 2', section }),
  policy: (section: string): Requirement => ({
    standard: 'Security policy of CMVP certificate 4985',
    section,
  }),
  openssl: (section: string): Requirement => ({ standard: 'OpenSSL 3.5 manual', section }),
  fips180: (section: string): Requirement => ({ standard: 'FIPS 180-4', section }),
  fips202: (section: string): Requirement => ({ standard: 'FIPS 202', section }),
  nist: (publication: string, section: string): Requirement => ({ standard: `NIST ${publication}`, section }),
  rfc: (number: number, section: string): Requirement => ({ standard: `RFC ${number}`, section }),
  design: (section: string): Requirement => ({ standard: 'Design of wolfi-openssl-fips', section }),
} as const;

/** A command line without quotes as the array that it stands for. */
export function words(line: string): string[] {
  return line.split(' ');
}

/** The image says of itself that it is well. */
export const HEALTHY: CommandProbe = {
  run: 'healthcheck',
  exit: 0,
  stdout: { all: ['healthy: FIPS provider {providerVersion}'] },
};

/** The image says of itself that it is not well, for exactly these reasons. */
export function unhealthy(...reasons: readonly string[]): CommandProbe {
  return { run: 'healthcheck', exit: 1, stderr: { all: reasons.map((reason) => `not healthy: ${reason}`) } };
}

/** What the health check says when there is no FIPS provider and nothing in its place. */
const UNHEALTHY_WITHOUT_FIPS = unhealthy(
  'the FIPS provider is not active',
  'SHA-256 does not give its known answer',
  'the FIPS provider cannot be asked',
);

const LIST = ['openssl', 'list', '-providers'] as const;
const BASE: readonly Line[] = [
  'Providers:',
  '  base',
  '    name: OpenSSL Base Provider',
  '    version: {coreVersion}',
  '    status: active',
];

/** Exactly two providers are active: base and fips, of the versions that were built. */
export const LISTS_FIPS: CommandProbe = {
  run: LIST,
  exit: 0,
  stdout: {
    all: [
      ...BASE,
      '  fips',
      '    name: OpenSSL FIPS Provider',
      '    version: {providerVersion}',
      '    status: active',
    ],
  },
};

/** The list ends well and lacks the provider: its exit code says nothing. */
const LISTS_NO_FIPS: CommandProbe = { run: LIST, exit: 0, stdout: { all: BASE } };

/** The error of OpenSSL for an algorithm that no active provider offers. The name is a pattern. */
export function notOffered(algorithm: string, context = 'Global default library context'): RegExp {
  const where = String.raw`inner_evp_generic_fetch:unsupported:crypto/evp/evp_fetch\.c:\d+:${context}`;
  const what = String.raw`Algorithm \(${algorithm} : \d+\), Properties \(.*\)`;
  return new RegExp(`[0-9A-F]{16}:error:0308010C:digital envelope routines:${where}, ${what}`);
}

/** A command that is refused because no active provider offers the algorithm. */
export function refused(algorithm: string, ...command: readonly string[]): CommandProbe {
  return { run: ['openssl', ...command], exit: 1, stderr: { some: [notOffered(algorithm)] } };
}

/** The digest of nothing, with its known answer. */
export const SHA256_ANSWERS: CommandProbe = {
  run: ['openssl', 'dgst', '-sha256', '-r', '/dev/null'],
  exit: 0,
  stdout: { all: ['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 */dev/null'] },
};

const SHA256_REFUSED = refused('SHA256', 'dgst', '-sha256', '/dev/null');
export const MD5_REFUSED = refused('MD5', 'dgst', '-md5', '/dev/null');

/** The image works as ever: whatever was tried changes nothing. */
export const UNCHANGED: CheckDefinition['probes'] = [HEALTHY, LISTS_FIPS, SHA256_ANSWERS, MD5_REFUSED];

/** No cryptography at all, neither approved nor not: what must be left when the provider does not come up. */
export const STOPPED: CheckDefinition['probes'] = [
  LISTS_NO_FIPS,
  SHA256_REFUSED,
  MD5_REFUSED,
  UNHEALTHY_WITHOUT_FIPS,
];

/** What the health check says where the default provider, which is a part of libcrypto, serves. */
export const DEFAULT_SERVES = unhealthy(
  'the FIPS provider is not active',
  'the default provider is active',
  'algorithms are not restricted to fips=yes',
  'MD5 is offered',
  'the FIPS provider cannot be asked',
);

/** MD5 by whoever offers it. */
export const MD5_OF_NOTHING: CommandProbe = {
  run: ['openssl', 'dgst', '-md5', '-r', '/dev/null'],
  exit: 0,
  stdout: { all: ['d41d8cd98f00b204e9800998ecf8427e */dev/null'] },
};
