import { describe, expect, test } from 'vitest';
import { releaseFor } from '../../../client/selftest/expect-of-image.ts';
import { renderSelftest } from '../../../client/selftest/render-selftest.ts';
import { refusalOf, type Selftest } from '../../../client/selftest/run-selftest.ts';
import type { ReleaseEntry } from '../../../client/release/release-entry.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';
import type { Check } from '../../../domain/release/check.ts';

const DIGEST = ociDigest(sha256('image'));

function check(id: string, verdict: Check['verdict'], detail = ''): Check {
  return { id, title: `title of ${id}`, verdict, detail };
}

function found(checks: readonly Check[], verdict: Selftest['verdict']): Selftest {
  const counts = { pass: 0, fail: 0, 'not-run': 0 };
  for (const one of checks) counts[one.verdict] += 1;
  const known = { release: null, reason: 'no release of this foundry has completed' };
  return {
    digest: DIGEST,
    variant: 'distroless',
    platform: 'linux/amd64',
    ...known,
    verdict,
    counts,
    checks,
  };
}

describe('the report of a suite', () => {
  const checks = [
    check('FIPS-POST-001', 'pass'),
    check(
      'FIPS-POST-002',
      'fail',
      'demanded by a standard, 1\nthe health check: the exit code is 1, expected 0',
    ),
    ...['010', '011', '012', '013', '014', '015'].map((id) =>
      check(`FIPS-POST-${id}`, 'not-run', 'demanded by it'),
    ),
    check('FIPS-DIG-001', 'pass'),
  ];
  const text = renderSelftest(found(checks, 'fail'), false);

  test('tells what failed first, with its demand and what came out, and the rest of a group by their numbers', () => {
    expect(text).toContain('✗ FIPS-POST 1/8');
    expect(text).toContain(
      '  ✗ FIPS-POST-002 title of FIPS-POST-002\n      demanded by a standard, 1\n      the health check: the exit code is 1',
    );
    expect(text).toContain('    and 2 more: 014, 015');
  });

  test('tells of a group that passed only that', () => {
    expect(text).toContain('✓ FIPS-DIG 1/1');
  });

  test('says what it came to, and that nobody knows what the image must be', () => {
    expect(text).toContain('nobody knows what it must be: no release of this foundry has completed');
    expect(text).toContain('✗ fail: 2 of 9 checks passed, 1 failed, 6 were not run');
  });
});

test('a failed check and one that could not be run end differently, and neither well', () => {
  expect(refusalOf(found([check('FIPS-POST-001', 'fail')], 'fail'))?.exitCode).toBe(4);
  expect(refusalOf(found([check('FIPS-POST-001', 'not-run')], 'not-run'))?.exitCode).toBe(6);
  expect(refusalOf(found([], 'not-run'))?.exitCode).toBe(6);
  expect(refusalOf(found([check('FIPS-POST-001', 'pass')], 'pass'))).toBeUndefined();
});

describe('who says what an image must be', () => {
  const entry = (id: string, state: ReleaseEntry['state'], digest?: string): ReleaseEntry =>
    ({
      id,
      state,
      version: '3.5.6',
      commit: id,
      status: digest === undefined ? null : { images: [{ digest }] },
    }) as unknown as ReleaseEntry;
  const entries = [
    entry('running', 'running'),
    entry('newest', 'completed', 'sha256:0'),
    entry('made-it', 'completed', DIGEST),
  ];

  test('is the release that made it', () => {
    expect(releaseFor(entries, { release: undefined, digest: DIGEST })?.id).toBe('made-it');
  });

  test('is the newest that completed, for an image that none made', () => {
    expect(releaseFor(entries, { release: undefined, digest: ociDigest(sha256('')) })?.id).toBe('newest');
  });

  test('is the one that is asked for', () => {
    expect(releaseFor(entries, { release: 'running', digest: DIGEST })?.id).toBe('running');
    expect(() => releaseFor(entries, { release: 'nothing-such', digest: DIGEST })).toThrow('nothing-such');
  });

  test('is nobody, when no release has completed', () => {
    expect(releaseFor([entry('running', 'running')], { release: undefined, digest: DIGEST })).toBeUndefined();
  });
});
