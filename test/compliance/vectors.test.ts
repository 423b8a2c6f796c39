import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BLUEPRINTS, IMAGES_FOLDER } from '../../activities/build/blueprint.ts';
import type { CheckDefinition, CommandProbe } from '../../activities/selftest/check-definition.ts';
import { reasonsAgainstCommand } from '../../activities/selftest/evaluate.ts';
import { VECTOR_CHECKS } from './checks/vectors.ts';

const [SHA] = VECTOR_CHECKS;
const TAP = '1..1\n    # Subtest: run_file_tests\n    1..1\n    ok 1 - iteration 1\nok 1 - run_file_tests\n';
/** What evp_test says of a file that holds, shortened. */
const SAID = [
  '# INFO:  @ test/testutil/stanza.c:21',
  '# Reading /tmp/suite/data/evpmd_sha.txt',
  '# INFO:  @ test/testutil/stanza.c:122',
  '# Starting "SHA tests from (RFC6234 section 8.5 and others)" tests at line 15',
  '# INFO:  @ test/evp_test.c:691',
  '# SHA1 is fetched',
  '# ',
  "# skipping, 'default' provider not available: /tmp/suite/data/evpmd_sha.txt:150",
  '# Allowing copy fail as an old fips provider is in use.',
  '# INFO:  @ test/testutil/stanza.c:32',
];
const DONE = '# Completed 59 tests with 0 errors and 15 skipped';

const FACTS = { coreVersion: '3.5.6', providerVersion: '3.1.2', provider: 'a', moduleMac: 'AA' };

const probeOf = (check: CheckDefinition | undefined): CommandProbe => check?.probes[0] as CommandProbe;

function reasons(said: readonly string[], { exitCode = 0, stdout = TAP } = {}): string[] {
  const stderr = said.map((line) => `    ${line}\n`).join('');
  return reasonsAgainstCommand(probeOf(SHA), { exitCode, stdout, stderr }, FACTS);
}

describe('a check of vectors', () => {
  test('passes when every vector held', () => {
    expect(reasons([...SAID, DONE])).toEqual([]);
  });

  test.each([
    ['an error', '# Completed 59 tests with 1 errors and 15 skipped'],
    ['a vector that was not run', '# Completed 58 tests with 0 errors and 16 skipped'],
    ['no vector at all', '# Completed 0 tests with 0 errors and 74 skipped'],
    ['no result', '# INFO:  @ test/testutil/stanza.c:32'],
  ])('fails for %s', (_what, line) => {
    expect(reasons([...SAID, line])).not.toEqual([]);
  });

  test.each([
    '# ERROR: (bool) fetch == true failed @ test/evp_test.c:1',
    '# /tmp/suite/data/evpmd_sha.txt:3: Source of above error; unexpected error DIGESTINIT_ERROR',
    '# 80CBA9350A7F0000:error:0308010C:digital envelope routines:inner_evp_generic_fetch:unsupported',
    '# skipping, Securitycheck is disabled: /tmp/suite/data/evpmd_sha.txt:9',
    'SHA1 is fetched',
  ])('fails for a line that a good run does not have: %s', (line) => {
    expect(reasons([...SAID, DONE, line])).toHaveLength(1);
  });

  test('fails when another file was read, when it says nothing, and when it does not end well', () => {
    const other = SAID.map((line) => line.replace('Reading /tmp/suite/data/evpmd_sha', 'Reading /tmp/empty'));
    expect(reasons([...other, DONE])).toHaveLength(1);
    expect(reasons([])).not.toEqual([]);
    expect(reasons([...SAID, DONE], { exitCode: 1 })).toHaveLength(1);
    expect(reasons([...SAID, DONE], { stdout: TAP.replaceAll('ok 1', 'not ok 1') })).toHaveLength(1);
  });
});

test('the suite packs the files that checks read, and no others', async () => {
  const blueprint = await readFile(join(IMAGES_FOLDER, BLUEPRINTS.suite), 'utf8');
  const packed = /for name in \\\n([\s\S]*?)\n *do\n/.exec(blueprint)?.[1]?.match(/\w+/g);
  const read = VECTOR_CHECKS.map((check) => probeOf(check).run.at(-1) ?? '');
  expect(new Set(packed?.map((name) => `/tmp/suite/data/${name}.txt`))).toEqual(new Set(read));
});
