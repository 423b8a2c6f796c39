import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Examined } from '../../../activities/selftest/answers.ts';
import type { CheckDefinition } from '../../../activities/selftest/check-definition.ts';
import { runCheck } from '../../../activities/selftest/run-check.ts';
import { unpackSuite } from '../../../activities/selftest/suite-folder.ts';
import { packageBytes, type PackageEntry, writePackage } from '../../../adapters/apk/write-package.ts';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { SUITE_PACKAGE } from '../../../domain/pins/variant.ts';
import { SAMPLE_INFO } from '../../adapters/apk/sample.ts';
import { VECTOR_CHECKS } from '../../compliance/checks/vectors.ts';

const FOLDER = 'usr/lib/openssl-fips-suite';
const file = (path: string, mode: number): PackageEntry => ({
  type: 'file',
  path,
  mode,
  content: Buffer.from(path),
});
const ENTRIES = [
  file(`${FOLDER}/evp_test`, 0o755),
  file(`${FOLDER}/data/evpmd_sha.txt`, 0o644),
  file('var/lib/db/sbom/suite.spdx.json', 0o644),
];

async function suite(
  entries: readonly PackageEntry[] = ENTRIES,
  name: string = SUITE_PACKAGE,
): Promise<Buffer> {
  return Buffer.from(packageBytes(await writePackage({ ...SAMPLE_INFO, name }, entries)));
}

test('the programs and vectors of the suite are unpacked into a flat folder, and nothing else of the package', async () => {
  await withTemporaryDirectory(async (place) => {
    const folder = join(place, 'suite');
    await unpackSuite(await suite(), 'the suite', folder);
    expect((await readdir(folder, { recursive: true })).toSorted()).toEqual([
      'data',
      'data/evpmd_sha.txt',
      'evp_test',
    ]);
    expect(await readFile(join(folder, 'data/evpmd_sha.txt'), 'utf8')).toBe(`${FOLDER}/data/evpmd_sha.txt`);
    expect((await stat(join(folder, 'evp_test'))).mode & 0o700).toBe(0o700);
  });
});

test.each([
  ['another package', async () => suite(ENTRIES, 'openssl'), 'FND_BAD_DATA'],
  [
    'a link, which would lead out of the folder',
    async () => suite([...ENTRIES, { type: 'symlink', path: `${FOLDER}/fips-probe`, target: '/bin/true' }]),
    'FND_BAD_DATA',
  ],
  ['content that was changed', async () => changed(await suite()), 'FND_DIGEST_MISMATCH'],
])('%s is refused', async (_what, make, code) => {
  await withTemporaryDirectory(async (place) => {
    await expect(unpackSuite(await make(), 'the suite', join(place, 'suite'))).rejects.toMatchObject({
      code,
    });
  });
});

test('a check that needs the suite is not run without it, and says so', async () => {
  await withTemporaryDirectory(async (root) => {
    await mkdir(join(root, 'tmp'));
    const asks: CheckDefinition = {
      ...(VECTOR_CHECKS[0] as CheckDefinition),
      probes: [{ ask: 'core', answer: 'ok version=3.5.6' }],
    };
    for (const [definition, program] of [
      [VECTOR_CHECKS[0] as CheckDefinition, 'evp_test'],
      [asks, 'fips-probe'],
    ] as const) {
      const examined = {
        root,
        suite: undefined,
        signal: undefined,
        facts: {},
        config: { config: { Env: [] } },
      };
      const check = await runCheck(definition, examined as unknown as Examined);
      expect(check).toMatchObject({ verdict: 'not-run' });
      expect(check.detail).toContain(`there is no ${program}: the suite is not there`);
    }
  });
});

/** The same with the last byte of what it installs changed. */
function changed(bytes: Buffer): Buffer {
  const other = Buffer.from(bytes);
  other[other.length - 1] = (other.at(-1) ?? 0) ^ 1;
  return other;
}
