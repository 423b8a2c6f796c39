import { describe, expect, it } from 'vitest';
import { filesForKics, kicsChecks } from '../../../activities/audit/kics-checks.ts';
import type { KicsKind } from '../../../adapters/kics/kinds.ts';
import type { KicsFinding } from '../../../adapters/kics/parse-report.ts';
import type { KicsOutcome } from '../../../adapters/kics/scan.ts';
import type { Check } from '../../../domain/release/check.ts';

const PATHS = ['deploy/pod.yaml', 'images/openssl.cnf'];
const CANARY = 'dd29336b-fe57-445b-a26e-e6aa867ae609';
const FOUND: KicsFinding = {
  queryId: '5572cc5e-1e4c-4113-92a6-7a8a3bd25e6d',
  name: 'Privilege Escalation Allowed',
  severity: 'high',
  platform: 'Kubernetes',
  file: 'tree/deploy/pod.yaml',
  line: 9,
  similarityId: '0123456789abcdef'.repeat(4),
  expected: 'no',
  actual: 'yes',
};
const ID = 'KICS-5572cc5e-1e4c-4113-92a6-7a8a3bd25e6d.0123456789abcdef';
const CAUGHT = { ...FOUND, queryId: CANARY, file: 'canary/pod.yaml' };
const WAIVER = { owner: 'a@example.com', reason: 'because', expires: '2026-12-31' };

interface Run {
  readonly findings?: readonly KicsFinding[];
  readonly files?: readonly string[];
  readonly loaded?: number;
  readonly failed?: number;
  readonly filesFailed?: number;
  readonly expected?: ReadonlyMap<KicsKind, number>;
}

function outcome(run: Run): KicsOutcome {
  const { findings = [CAUGHT], files = ['canary/pod.yaml', 'tree/deploy/pod.yaml'] } = run;
  const { loaded = 142, failed = 0, filesFailed = 0, expected = new Map([['Kubernetes', 142]]) } = run;
  return {
    report: { version: 'v2.2.0', findings, files, filesFailed, queries: { loaded, failed } },
    expectedQueries: expected,
  };
}

function check(
  id: string,
  run: Run,
  policy: Partial<Parameters<typeof kicsChecks>[2]> = {},
): Check | undefined {
  const whole = {
    severity: 'medium',
    waivers: {},
    now: new Date('2026-11-22T12:00:00Z'),
    ...policy,
  } as const;
  return kicsChecks(PATHS, outcome(run), whole).find((one) => one.id === id);
}

describe('what KICS is given', () => {
  it('is every file that it reads, and a canary of each kind beside the tree', () => {
    const { files, kinds } = filesForKics(new Map(PATHS.map((path) => [path, 'text'])));

    expect(kinds).toEqual(['Kubernetes']);
    expect([...files.keys()]).toEqual(['tree/deploy/pod.yaml', 'canary/pod.yaml']);
  });
});

describe('KICS counts as run', () => {
  it('when it read every file and ran every query', () => {
    expect(check('KICS-RUN', {})).toMatchObject({
      verdict: 'pass',
      detail: 'KICS v2.2.0 read 2 files and ran 142 queries (Kubernetes 142); 0 findings below medium',
    });
  });

  it.each<[string, Run, string]>([
    ['a file of the tree was not read', { files: ['canary/pod.yaml'] }, 'it did not read deploy/pod.yaml'],
    ['the canary was not read', { files: ['tree/deploy/pod.yaml'] }, 'it did not read canary/pod.yaml'],
    ['a file failed', { filesFailed: 1 }, 'it failed over 1 files'],
    [
      'there are no queries',
      { loaded: 0, expected: new Map([['Kubernetes', 0]]) },
      'it has no queries for Kubernetes',
    ],
    ['queries were left out', { loaded: 141 }, 'it ran 141 queries and has 142'],
    ['a query failed', { failed: 1 }, '1 queries failed'],
  ])('not when %s', (_, run, detail) => {
    expect(check('KICS-RUN', run)).toMatchObject({ verdict: 'not-run', detail });
  });
});

describe('the canary', () => {
  it('passes when its mistake was found in it', () => {
    expect(check('KICS-CANARY-Kubernetes', {})).toMatchObject({ verdict: 'pass' });
  });

  it.each<[string, KicsFinding[]]>([
    ['was not found', []],
    ['was found in the tree alone', [{ ...CAUGHT, file: 'tree/deploy/pod.yaml' }]],
    ['has another mistake', [{ ...FOUND, file: 'canary/pod.yaml' }]],
  ])('is not run when its mistake %s', (_, findings) => {
    expect(check('KICS-CANARY-Kubernetes', { findings })).toMatchObject({ verdict: 'not-run' });
  });

  it('is no finding of the tree', () => {
    expect(kicsChecks(PATHS, outcome({}), { severity: 'low', waivers: {}, now: new Date() })).toHaveLength(2);
  });
});

describe('a finding', () => {
  const findings = [CAUGHT, FOUND];

  it('fails at the severity of the policy and above, with file and line', () => {
    expect(check(ID, { findings }, { severity: 'high' })).toMatchObject({
      verdict: 'fail',
      title: 'Privilege Escalation Allowed',
      detail: 'deploy/pod.yaml:9: high, yes; expected: no. There is no waiver for it.',
    });
  });

  it('is counted and stops nothing below it', () => {
    expect(check(ID, { findings }, { severity: 'critical' })).toBeUndefined();
    expect(check('KICS-RUN', { findings }, { severity: 'critical' })?.detail).toContain(
      '1 findings below critical',
    );
  });

  it('is one check with all its lines when one place breaks it twice', () => {
    expect(check(ID, { findings: [...findings, { ...FOUND, line: 12 }] })?.detail).toContain(
      'deploy/pod.yaml:9, deploy/pod.yaml:12: ',
    );
  });

  it('passes with a waiver, which is named', () => {
    expect(check(ID, { findings }, { waivers: { [ID]: WAIVER } })).toMatchObject({
      verdict: 'pass',
      detail: expect.stringContaining('Waived by a@example.com until 2026-12-31: because'),
    });
  });

  it.each([
    ['has expired', { [ID]: { ...WAIVER, expires: '2026-11-21' } }, 'Its waiver has expired'],
    ['is for one variant', { [ID]: { ...WAIVER, variants: ['standard' as const] } }, 'for standard alone'],
    ['is for another finding', { [`${ID.slice(0, -1)}0`]: WAIVER }, 'There is no waiver'],
  ])('fails when its waiver %s', (_, waivers, words) => {
    expect(check(ID, { findings }, { waivers })).toMatchObject({
      verdict: 'fail',
      detail: expect.stringContaining(words),
    });
  });

  it('passes on the last day of its waiver', () => {
    expect(
      check(ID, { findings }, { waivers: { [ID]: { ...WAIVER, expires: '2026-11-22' } } })?.verdict,
    ).toBe('pass');
  });
});
