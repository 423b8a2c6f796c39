import { describe, expect, test } from 'vitest';
import type { CheckDefinition } from '../../activities/selftest/check-definition.ts';
import { CHECK_GROUPS, checksFor, requireSound } from './checks/all-checks.ts';
import { VARIANTS } from '../../domain/pins/variant.ts';
import { Check } from '../../domain/release/check.ts';

const ALL = CHECK_GROUPS.flatMap(({ checks }) => checks);
const SAMPLE: CheckDefinition = {
  id: 'FIPS-X-001',
  title: 'a sample',
  requirement: { standard: 'FIPS 140-3', section: '1' },
  probes: [{ run: ['openssl'], exit: 0 }],
};

describe('the checks', () => {
  test('have ids that are there once, in the form that evidence has', () => {
    expect(new Set(ALL.map(({ id }) => id)).size).toBe(ALL.length);
    for (const { id, title } of ALL) Check.parse({ id, title, verdict: 'pass', detail: '' });
  });

  test('say which standard demands them, and where', () => {
    expect(ALL.filter(({ requirement }) => !/\S/.test(requirement.standard + requirement.section))).toEqual(
      [],
    );
  });

  test.each(VARIANTS)('are all for %s, but those of another processor', (variant) => {
    const forOthers = ALL.filter(
      ({ variants, platforms }) =>
        variants?.includes(variant) === false || platforms?.includes('linux/amd64') === false,
    );
    expect(checksFor(variant, 'linux/amd64')).toHaveLength(ALL.length - forOthers.length);
    expect(checksFor(variant, 'linux/amd64').map(({ id }) => id)).not.toContain(forOthers[0]?.id);
    expect(checksFor(variant, 'linux/arm64').map(({ id }) => id)).not.toContain('FIPS-ENV-026');
  });

  test('expect something that only the right answer gives: no refusal is shown by an exit code alone', () => {
    const bare = ALL.filter(({ probes }) =>
      probes.some(
        (probe) =>
          'run' in probe &&
          probe.exit !== 0 &&
          probe.stdout === undefined &&
          probe.stderr === undefined &&
          // A program that dies by a signal cannot say anything.
          !(Array.isArray(probe.exit) && probe.exit.every((code) => code >= 128)),
      ),
    );
    expect(bare.map(({ id }) => id)).toEqual([]);
  });

  test('run programs without a shell, and reach every self-test that the module does', () => {
    const everywhere = ALL.filter(({ variants }) => variants?.includes('distroless') !== false);
    const commands = everywhere.flatMap(({ probes }) =>
      probes.flatMap((probe) => ('run' in probe && probe.run !== 'healthcheck' ? [probe.run] : [])),
    );
    const programs = new Set(commands.map(([program]) => program));
    expect(programs).toEqual(new Set(['openssl', '/tmp/suite/evp_test']));
    expect(new Set(commands.flatMap((argv) => corrupted(argv)))).toHaveLength(28);
  });

  test('lay over the image what has an absolute target', () => {
    const targets = ALL.flatMap(({ overlays = [] }) => overlays.map(({ target }) => target));
    expect(targets.filter((target) => !target.startsWith('/'))).toEqual([]);
  });
});

describe('definitions that cannot be used are refused with their id', () => {
  const group = (...checks: CheckDefinition[]): Parameters<typeof requireSound>[0] => [
    { prefix: 'FIPS-X', title: 'samples', checks },
  ];

  test.each([
    ['twice', [SAMPLE, SAMPLE], 'check FIPS-X-001 is there twice'],
    ['of another group', [{ ...SAMPLE, id: 'FIPS-Y-001' }], 'check FIPS-Y-001 is no id of FIPS-X'],
    [
      'without a demand',
      [{ ...SAMPLE, requirement: { standard: '', section: '1' } }],
      'check FIPS-X-001 has no title, or does not say what demands it',
    ],
  ])('%s', (_what, checks, message) => {
    expect(() => requireSound(group(...checks))).toThrow(message);
  });

  test('and a good one is not', () => {
    expect(() => requireSound(group(SAMPLE))).not.toThrow();
  });
});

function corrupted(argv: readonly string[]): string[] {
  const after = (option: string): string | undefined => argv[argv.indexOf(option) + 1];
  // A whole kind of tests, corrupted at once, names none of them.
  if (!argv.includes('-corrupt_type') || !argv.includes('-corrupt_desc')) return [];
  return [`${after('-corrupt_desc') ?? ''} ${after('-corrupt_type') ?? ''}`];
}
