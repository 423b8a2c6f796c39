import { describe, expect, test } from 'vitest';
import { judgePackages } from '../../../activities/gates/openssl-vulnerabilities.ts';
import type { OpensslAdvisory } from '../../../adapters/openssl-advisories/advisories.ts';
import type { TrivyVulnerability } from '../../../adapters/trivy/report.ts';
import { advisory, range } from './sample-advisories.ts';

const CORE = ['libcrypto3', 'libssl3', 'openssl'].map((name) => ({
  name,
  version: '3.5.6-r0',
  origin: 'openssl',
}));
const PROVIDER = { name: 'openssl-fips-provider', version: '3.1.2-r0', origin: 'openssl-fips-provider' };
const ZLIB = { name: 'zlib', version: '1.3.1-r0', origin: 'zlib' };
const PACKAGES = [...CORE, PROVIDER, ZLIB];

const found = (id: string, name: string, more: Partial<TrivyVulnerability> = {}): TrivyVulnerability => ({
  id,
  package: name,
  version: PACKAGES.find((one) => one.name === name)?.version ?? '',
  fixedVersion: '3.6.2-r0',
  severity: 'high',
  ...more,
});

const judge = (
  vulnerabilities: readonly TrivyVulnerability[],
  advisories: readonly OpensslAdvisory[],
): ReturnType<typeof judgePackages> => judgePackages({ packages: PACKAGES, vulnerabilities }, advisories);

describe('the core is judged by OpenSSL', () => {
  test('what the scanner names by the versions of another line, and our version has, is none', () => {
    const { named } = judge(
      [found('CVE-2026-1', 'libcrypto3'), found('CVE-2026-1', 'openssl')],
      [advisory('CVE-2026-1', [range('3.6.0', '3.6.2'), range('3.5.0', '3.5.6')])],
    );
    expect(named).toEqual([
      {
        id: 'CVE-2026-1',
        check: 'CVE-2026-1',
        package: 'openssl',
        version: '3.5.6-r0',
        fixedVersion: '3.5.6',
        severity: 'high',
        isAffected: false,
        reason: 'OpenSSL fixed it in 3.5.6, which 3.5.6 has',
      },
    ]);
  });

  test('nor is what our line never had', () => {
    const { named } = judge(
      [found('CVE-2026-1', 'openssl')],
      [advisory('CVE-2026-1', [range('3.6.0', '3.6.2')])],
    );
    expect(named).toMatchObject([
      { isAffected: false, fixedVersion: null, reason: 'OpenSSL names no version of 3.5 as affected' },
    ]);
  });

  test('what OpenSSL fixed after our version is one, whether the scanner knows it or not', () => {
    const told = [advisory('CVE-2026-2', [range('3.5.0', '3.5.7')], { severity: 'medium' })];
    const affected = { isAffected: true, fixedVersion: '3.5.7', package: 'openssl' };
    expect(judge([], told).named).toMatchObject([{ ...affected, severity: 'medium' }]);
    expect(judge([found('CVE-2026-2', 'openssl')], told).named).toMatchObject([
      { ...affected, severity: 'high' },
    ]);
  });

  test('what nobody fixed is one', () => {
    expect(judge([], [advisory('CVE-2026-3', [range('3.5.0', '*')])]).named).toMatchObject([
      { isAffected: true, fixedVersion: null, reason: expect.stringContaining('no fix released') },
    ]);
  });

  test('what OpenSSL does not know stays', () => {
    expect(
      judge([found('CVE-2026-4', 'libssl3')], [advisory('CVE-2026-1', [range('3.6.0', '3.6.2')])]).named,
    ).toMatchObject([
      { id: 'CVE-2026-4', isAffected: true, reason: expect.stringContaining('do not know it') },
    ]);
  });
});

test('findings of other packages are no matter of OpenSSL’s, though it knows the number', () => {
  const { named } = judge([found('CVE-2026-1', 'zlib')], [advisory('CVE-2026-1', [range('3.6.0', '3.6.2')])]);
  expect(named).toMatchObject([{ package: 'zlib', isAffected: true }]);
});

test('the provider is judged apart, with a check of its own, and what each advisory means for it is counted', () => {
  const { named, provider } = judge(
    [],
    [
      advisory('CVE-2026-1', [range('3.5.0', '3.5.6')], {
        text: 'The FIPS modules in 3.5 and 3.1 are affected by this issue.',
      }),
      advisory('CVE-2026-2', [range('3.1.0', '3.1.5')], {
        text: 'No FIPS modules are affected by this issue.',
      }),
      advisory('CVE-2026-3', [range('3.5.0', '3.5.5')], {
        text: 'No FIPS modules are affected by this issue.',
      }),
      advisory('CVE-2026-4', [range('3.5.0', '3.5.5')]),
    ],
  );
  expect(named).toMatchObject([
    { check: 'CVE-2026-1.openssl-fips-provider', package: 'openssl-fips-provider', isAffected: true },
    { check: 'CVE-2026-2.openssl-fips-provider', package: 'openssl-fips-provider', isAffected: false },
  ]);
  expect(provider).toEqual({ affected: 1, 'not-affected': 2, silent: 1 });
});
