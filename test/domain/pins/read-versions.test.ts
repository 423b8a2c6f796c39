import { describe, expect, it } from 'vitest';
import { FoundryError } from '../../../domain/errors.ts';
import { isOver, statementsFor, waiversFor } from '../../../domain/pins/policy.ts';
import { readVersions } from '../../../domain/pins/read-versions.ts';
import { signatureUrl, sourceDateEpoch, sourceUrl } from '../../../domain/pins/source.ts';
import { durationMs } from '../../../domain/pins/values.ts';
import { architectureOf } from '../../../domain/pins/variant.ts';
import { SAMPLE } from './sample-pins.ts';

function refusal(text: string): FoundryError {
  try {
    readVersions(text, 'versions.hcl');
  } catch (error) {
    if (error instanceof FoundryError) return error;
    throw error;
  }
  throw new Error('the versions were read');
}

describe('readVersions', () => {
  const versions = readVersions(SAMPLE, 'versions.hcl');

  it('reads every input by its place', () => {
    expect(versions.core.version).toBe('3.5.7');
    expect(versions.certificate[versions.provider.certificate]?.fingerprint).toBe('3'.repeat(64));
    expect(versions.packages.standard?.versions).toEqual({ bash: '5.3-r2', 'libstdc++': '15.2.0-r1' });
    expect(versions.policy.ingest).toEqual({ mode: 'push', cooldown: '3d', growth: 10, build: 'follow' });
    expect(versions.hold['gcc']?.reason).toBe('waits for 16');
  });

  it('knows where a source is and when it was released', () => {
    expect(sourceUrl(versions.core)).toBe('https://example.com/openssl-3.5.7/openssl-3.5.7.tar.gz');
    expect(signatureUrl(versions.provider)).toBe('https://example.com/openssl-3.1.2.tar.gz.asc');
    expect(sourceDateEpoch(versions.provider)).toBe(1_690_848_000);
  });

  it('gives the waivers of a gate and variant, sorted, and says which are over', () => {
    const now = new Date('2026-02-01T00:00:00Z');

    expect(
      waiversFor(versions, 'nsa-cisa', 'standard', now).map(({ id, isExpired }) => [id, isExpired]),
    ).toEqual([
      ['NSA-1.10', true],
      ['NSA-1.9', false],
    ]);
    expect(waiversFor(versions, 'nsa-cisa', 'distroless', now).map(({ id }) => id)).toEqual(['NSA-1.10']);
    expect(waiversFor(versions, 'audit', 'standard', now)).toEqual([]);
    expect(waiversFor(versions, 'vulnerabilities', 'standard', now)).toEqual([]);
  });

  it('gives the statements on vulnerabilities of a variant, sorted, and says which are over', () => {
    const now = new Date('2026-02-01T00:00:00Z');

    expect(statementsFor(versions, 'standard', now)).toEqual([
      {
        id: 'CVE-2026-0001',
        owner: 'a@example.com',
        reason: 'our patch is in it',
        expires: '2026-01-31',
        isExpired: true,
        status: 'fixed',
      },
      {
        id: 'CVE-2026-0002',
        owner: 'a@example.com',
        reason: 'nothing here calls it',
        expires: '2026-12-31',
        isExpired: false,
        status: 'not_affected',
        justification: 'vulnerable_code_not_in_execute_path',
      },
      expect.objectContaining({ id: 'CVE-2026-0003', status: 'affected' }),
    ]);
    expect(statementsFor(versions, 'distroless', now).map(({ id }) => id)).toEqual([
      'CVE-2026-0001',
      'CVE-2026-0003',
    ]);
  });

  it('counts the last day in', () => {
    expect(isOver('2026-01-31', new Date('2026-01-31T23:59:59.999Z'))).toBe(false);
    expect(isOver('2026-01-31', new Date('2026-02-01T00:00:00Z'))).toBe(true);
  });

  it.each([
    ['30m', 1_800_000],
    ['12h', 43_200_000],
    ['7d', 604_800_000],
  ])('reads %s as %i ms', (text, milliseconds) => {
    expect(durationMs(text)).toBe(milliseconds);
  });

  it('knows what apk calls a platform', () => {
    expect(architectureOf('linux/amd64')).toBe('x86_64');
    expect(architectureOf('linux/arm64')).toBe('aarch64');
  });
});

describe('what readVersions refuses, with its reason', () => {
  it.each([
    ['line     = "3.5"', 'line = "3.4"', 'core.version: 3.5.7 is not of the line 3.4'],
    ['line     = "3.5"', 'line = "3"', 'core.line: expected a line of two numbers'],
    ['version  = "3.5.7"', 'version = "3.5"', 'core.version: expected a version of three numbers'],
    ['version  = "3.5.7"', 'version = "3.5.07"', 'core.version: expected a version of three numbers'],
    ['version  = "3.5.7"\n', '\n', 'core.version is missing'],
    ['released = "2026-06-09"', 'released = "2026-02-30"', 'core.released: expected a day as YYYY-MM-DD'],
    ['revision = 0', 'revision = "0"', 'core.revision: expected a whole number'],
    ['openssl-{version}/openssl-{version}.tar.gz', 'openssl.tar.gz', 'the address must have {version}'],
    [
      'https://example.com/openssl-{version}/',
      'http://example.com/',
      'http:// is allowed on this machine alone',
    ],
    ['https://example.com/openssl-{version}/', 'https://a:b@example.com/', 'must not hold credentials'],
    [
      'https://example.com/openssl-{version}/',
      'ftp://example.com/',
      'expected an address that begins with https://',
    ],
    ['pubkeys.asc"\n}', 'pubkeys.asc#a"\n}', 'must not have a fragment'],
    ['1'.repeat(64), '1'.repeat(63), 'core.sha256: expected a SHA-256: 64 lower-case hex digits'],
    ['1'.repeat(64), 'F'.repeat(64), 'core.sha256: expected a SHA-256: 64 lower-case hex digits'],
    [`["${'A'.repeat(40)}"]`, '[]', 'core.signers: name at least one signer'],
    [
      `["${'A'.repeat(40)}"]`,
      `["${'A'.repeat(16)}"]`,
      'core.signers.0: expected a fingerprint: 40 upper-case',
    ],
    [
      `["${'A'.repeat(40)}"]`,
      `["${'A'.repeat(40)}", "${'A'.repeat(40)}"]`,
      'core.signers: a signer is named twice',
    ],
    ['certificate = 4985', 'certificate = 4282', 'certificate 4282 is not on the allow-list'],
    [
      '  version     = "3.1.2"\n  fing',
      '  version = "3.0.9"\n  fing',
      'certificate 4985 covers 3.0.9, not 3.1.2',
    ],
    ['certificate "4985"', 'certificate "X"', 'certificate.X: expected the number of a certificate'],
    [`sha256:${'4'.repeat(64)}`, '4'.repeat(64), 'base.digest: expected a digest: sha256: and 64'],
    [
      'wolfi-base:latest',
      `wolfi-base@sha256:${'4'.repeat(64)}`,
      'base.image: expected an image as host/repository:tag',
    ],
    [
      '["standard", "distroless"]',
      '["standard"]',
      'packages.distroless: distroless is not among the variants',
    ],
    [
      '["standard", "distroless"]',
      '["standard", "distroless", "development"]',
      'packages "development" is missing',
    ],
    [
      '["standard", "distroless"]',
      '["standard", "distroless", "standard"]',
      'variants: a variant is named twice',
    ],
    ['["standard", "distroless"]', '[]', 'variants: name at least one variant'],
    ['["linux/amd64"]', '["linux/amd64", "linux/amd64"]', 'platforms: a platform is named twice'],
    ['["linux/amd64"]', '["linux/riscv64"]', 'platforms.0: expected "linux/amd64" or "linux/arm64"'],
    ['["bash"]', '["bash", "bash"]', 'packages.standard.roots: a package is named twice'],
    ['"5.3-r2"', '"5.3"', 'packages.standard.versions.bash: expected an exact apk version with its revision'],
    ['"5.3-r2"', '">5.3-r2"', 'packages.standard.versions.bash: expected an exact apk version'],
    ['"bash" ', '"b a" ', 'packages.standard.versions["b a"]: expected the name of an apk package'],
    [
      '"bash" ',
      '"libcrypto3" ',
      'libcrypto3 is built from source; an image must not take it from the repository',
    ],
    ['severity = "low"', 'severity = "none"', 'expected "low" or "medium" or "high" or "critical"'],
    ['wait = "12h"', 'wait = "12"', 'policy.operator.wait: expected a time such as 30m, 12h or 7d'],
    ['mode     = "push"', 'mode = "force"', 'policy.ingest.mode: expected "push" or "pull-request"'],
    ['waiver "nsa-cisa" "NSA-1.9"', 'waiver "everything" "NSA-1.9"', 'waiver.everything'],
    [
      'waiver "nsa-cisa" "NSA-1.9"',
      'waiver "vulnerabilities" "CVE-2026-0002"',
      'waiver.vulnerabilities.CVE-2026-0002: a vulnerability passes by a statement alone: write vex "<CVE>"',
    ],
    ['vex "CVE-2026-0002"', 'vex "GHSA-x"', 'vex.GHSA-x: expected the id of a CVE'],
    [
      'status        = "not_affected"',
      'status = "fine"',
      'vex.CVE-2026-0002.status: expected "not_affected" or',
    ],
    [
      'status        = "not_affected"',
      'status = "fixed"',
      'vex.CVE-2026-0002.justification: goes with the status not_affected, and with no other',
    ],
    [
      '  status  = "fixed"',
      '  status  = "not_affected"',
      'vex.CVE-2026-0001.justification: goes with the status not_affected, and with no other',
    ],
    ['reason   = "not reachable"', 'reason = ""', 'waiver.nsa-cisa["NSA-1.9"].reason: expected a text'],
    ['owner    = "a@example.com"\n', '', 'waiver.nsa-cisa["NSA-1.9"].owner is missing'],
    ['expires  = "2026-12-31"', 'expires = "never"', 'waiver.nsa-cisa["NSA-1.9"].expires: expected a day'],
    ['sunset      = ', 'sunrise = ', 'certificate.4985.sunrise is unknown'],
    ['schema = 1', 'schema = 2', 'schema: this foundry reads schema 1, the file says 2'],
    ['schema = 1', '', 'schema = 1 is missing'],
  ])('%j written as %j', (right, wrong, reason) => {
    expect(SAMPLE).toContain(right);

    const error = refusal(SAMPLE.replace(right, wrong));

    expect(error.code).toBe('FND_BAD_PINS');
    expect(error.message).toContain(reason);
  });

  it('shows every place, each with its line', () => {
    const text = SAMPLE.replace('"3.5.7"', '"3.5"')
      .replace('"12h"', '12')
      .replace('keys     =', 'key      =');

    expect(refusal(text).message).toBe(
      [
        'versions.hcl:5:14: core.version: expected a version of three numbers, such as 3.5.8',
        '  5 |   version  = "3.5"',
        '    |              ^',
        'versions.hcl:3:1: core.keys is missing',
        '  3 | core {',
        '    | ^',
        'versions.hcl:11:3: core.key is unknown',
        '  11 |   key      = "https://example.com/pubkeys.asc"',
        '     |   ^',
        'versions.hcl:82:12: policy.operator.wait: expected string, received number',
        '  82 |     wait = 12',
        '     |            ^',
      ].join('\n'),
    );
    expect(refusal(text).hint).toBe('docs/versions.md explains every attribute.');
  });

  it('names whole blocks that are missing, and stops at ten', () => {
    const { message } = refusal('schema = 1\n');

    expect(message.split('\n')).toHaveLength(9);
    expect(message).toContain('versions.hcl: provider is missing');
    expect(refusal(`schema = 1\n${'abcdefghijk'.replaceAll(/./g, '$& = 1\n')}`).message).toContain(
      '… and 10 more',
    );
  });
});
