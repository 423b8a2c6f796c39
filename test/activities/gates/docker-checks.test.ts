import { describe, expect, test } from 'vitest';
import { dockerChecks, type DockerScan } from '../../../activities/gates/docker-checks.ts';
import type { ControlChecks } from '../../../activities/gates/control.ts';
import type { OpensslAdvisory } from '../../../adapters/openssl-advisories/advisories.ts';
import type { FoundStatement } from '../../../domain/pins/policy.ts';
import { advisory, range } from './sample-advisories.ts';
import { dockerCompliance, dockerReport, misconfiguration, result } from './sample-reports.ts';

const GOOD: DockerScan = {
  report: dockerReport('PASS'),
  compliance: dockerCompliance(),
  canary: dockerReport('FAIL'),
};
const NOTHING = { advisories: [], statements: [] };
const judge = (
  scan: Partial<DockerScan>,
  advisories: readonly OpensslAdvisory[] = [],
  statements: readonly FoundStatement[] = [],
): ControlChecks => dockerChecks({ ...GOOD, ...scan }, { advisories, statements }, []);
const verdicts = ({ checks }: ControlChecks): Record<string, string> =>
  Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict]));

test('an image that breaks no control passes all that are claimed, and no more', () => {
  expect(verdicts(judge({}))).toEqual({
    'CIS-RUN': 'pass',
    'CIS-CANARY': 'pass',
    'CIS-4.1': 'pass',
    'CIS-4.4': 'pass',
    'CIS-4.6': 'pass',
    'CIS-4.7': 'pass',
    'CIS-4.9': 'pass',
    'CIS-4.10': 'pass',
  });
});

describe('nothing follows from', () => {
  test('an empty report', () => {
    const found = judge({ report: { ...GOOD.report, family: undefined, results: [] } });
    expect(new Set(Object.values(verdicts(found)))).toContain('not-run');
    expect(verdicts(found)).toMatchObject({
      'CIS-RUN': 'not-run',
      'CIS-4.1': 'not-run',
      'CIS-4.4': 'not-run',
      'CIS-4.6': 'not-run',
    });
  });

  test('a report without one of the checks', () => {
    const [packages] = GOOD.report.results;
    const config = result({ class: 'config', misconfigurations: [misconfiguration('DS-0002', 'PASS')] });
    const found = judge({
      report: { ...GOOD.report, results: packages === undefined ? [] : [packages, config] },
    });
    expect(verdicts(found)).toMatchObject({ 'CIS-4.1': 'pass', 'CIS-4.6': 'not-run' });
  });

  test('a canary that was not caught', () => {
    const found = judge({ canary: dockerReport('PASS') });
    expect(found.checks.find(({ id }) => id === 'CIS-CANARY')).toMatchObject({
      verdict: 'not-run',
      detail: expect.stringContaining('4.1, 4.4, 4.6, 4.7, 4.9, 4.10'),
    });
  });

  test('a canary whose secret alone was not found', () => {
    const canary = dockerReport('FAIL');
    const found = judge({
      canary: { ...canary, results: canary.results.filter((one) => one.class !== 'secret') },
    });
    expect(found.checks.find(({ id }) => id === 'CIS-CANARY')).toMatchObject({
      verdict: 'not-run',
      detail: expect.stringContaining('against 4.10 were'),
    });
  });

  test('a benchmark of other controls', () => {
    const compliance = { ...GOOD.compliance, controls: GOOD.compliance.controls.slice(1) };
    expect(judge({ compliance }).checks[0]).toMatchObject({
      verdict: 'not-run',
      detail: 'its report lacks the controls 4.1',
    });
  });

  test('two readings that do not agree', () => {
    const against = result({ misconfigurations: [misconfiguration('DS-0002', 'FAIL')] });
    expect(judge({ compliance: dockerCompliance({ '4.1': against }) }).checks[0]).toMatchObject({
      verdict: 'not-run',
      detail: 'its report and its controls do not agree about 4.1',
    });
  });
});

describe('a critical vulnerability', () => {
  const critical = {
    id: 'CVE-2026-1',
    package: 'openssl',
    version: '3.5.6-r0',
    fixedVersion: '3.6.2-r0',
    severity: 'critical' as const,
  };
  const [packages, config] = GOOD.report.results;
  const results = [{ ...packages, vulnerabilities: [critical] }, config] as typeof GOOD.report.results;
  const scan = {
    report: { ...GOOD.report, results },
    compliance: dockerCompliance({ '4.4': result({ vulnerabilities: [critical] }) }),
  };

  test('breaks 4.4', () => {
    expect(verdicts(judge(scan))).toMatchObject({ 'CIS-RUN': 'pass', 'CIS-4.4': 'fail' });
  });

  test('that OpenSSL’s advisories refute does not', () => {
    const { checks } = judge(scan, [advisory('CVE-2026-1', [range('3.5.0', '3.5.6')])]);
    expect(checks.find(({ id }) => id === 'CIS-4.4')).toMatchObject({
      verdict: 'pass',
      detail: expect.stringContaining('OpenSSL fixed it in 3.5.6'),
    });
  });

  test('that is stated to do no harm does not, and one that is stated to do harm does', () => {
    const statement: FoundStatement = {
      id: 'CVE-2026-1',
      owner: 'a@example.com',
      reason: 'nothing calls it',
      expires: '2026-12-31',
      isExpired: false,
      status: 'not_affected',
      justification: 'vulnerable_code_not_in_execute_path',
    };
    expect(judge(scan, [], [statement]).checks.find(({ id }) => id === 'CIS-4.4')).toMatchObject({
      verdict: 'pass',
      detail: expect.stringContaining('Stated not_affected (vulnerable_code_not_in_execute_path) by a@'),
    });
    const { justification: _, ...more } = { ...statement, status: 'affected' as const };
    expect(verdicts(judge(scan, [], [more]))).toMatchObject({ 'CIS-4.4': 'fail' });
    expect(verdicts(judge(scan, [], [{ ...statement, isExpired: true }]))).toMatchObject({
      'CIS-4.4': 'fail',
    });
  });
});

test('a broken control fails with what the scanner says, and passes by a waiver that names it', () => {
  const [packages] = GOOD.report.results;
  const broken = result({
    class: 'config',
    misconfigurations: ['DS-0002', 'DS-0005', 'DS-0017'].map((id) => misconfiguration(id, 'PASS')),
  });
  broken.misconfigurations.push(misconfiguration('DS-0026', 'FAIL'));
  const scan: DockerScan = {
    ...GOOD,
    report: { ...GOOD.report, results: packages === undefined ? [] : [packages, broken] },
    compliance: dockerCompliance({ '4.6': broken }),
  };
  const waiver = { id: 'CIS-4.6', owner: 'a', reason: 'b', expires: '2026-12-31', isExpired: false };
  expect(dockerChecks(scan, NOTHING, []).checks.find(({ id }) => id === 'CIS-4.6')).toMatchObject({
    verdict: 'fail',
    detail: 'DS-0026: DS-0026 is broken. There is no waiver for it.',
  });
  expect(dockerChecks(scan, NOTHING, [waiver]).waived).toEqual(['CIS-4.6']);
  expect(dockerChecks(scan, NOTHING, [{ ...waiver, isExpired: true }]).checks.at(-4)).toMatchObject({
    id: 'CIS-4.6',
    verdict: 'fail',
    detail: expect.stringContaining('Its waiver has expired'),
  });
});
