import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveDirectories } from '../../../adapters/directories/directories.ts';
import {
  FIPS_FINGERPRINT_3_1_2,
  fipsSourceFingerprint,
} from '../../../adapters/openssl-source/fips-fingerprint.ts';
import { fetchCrate } from '../../../lab/archive/crate-archive.ts';
import { CRATE_RELEASES } from '../../../lab/sources/release-pins.ts';

let folder: string;
let tree: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-fingerprint-'));
  const release = CRATE_RELEASES.find(({ version }) => version === '3.1.2');
  if (release === undefined) throw new Error('3.1.2 is not pinned');
  const cacheDir = join(resolveDirectories(process.env).cache, 'lab', 'sources', 'crates');
  const crate = await fetchCrate(release.crate, { cacheDir, report: () => undefined });
  tree = join(folder, 'tree');
  await cp(join(crate, 'openssl'), tree, { recursive: true });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("the crate's 3.1.2 tree has the fingerprint of the module's sources, and one changed byte has another", async () => {
  expect(await fipsSourceFingerprint(tree)).toBe(FIPS_FINGERPRINT_3_1_2);
  const path = join(tree, 'crypto', 'aes', 'aes_core.c');
  const source = await readFile(path, 'utf8');
  await writeFile(path, source.replace('0xc66363a5U', '0xc66363a4U'));
  expect(await fipsSourceFingerprint(tree)).not.toBe(FIPS_FINGERPRINT_3_1_2);
  await writeFile(path, source);
});

test('a tree that brings its own measuring script is refused before the script runs', async () => {
  const path = join(tree, 'util', 'fips-checksums.sh');
  const script = await readFile(path, 'utf8');
  await appendFile(path, '\n# changed\n');
  await expect(fipsSourceFingerprint(tree)).rejects.toMatchObject({
    code: 'FND_DIGEST_MISMATCH',
    message: expect.stringContaining('util/fips-checksums.sh'),
  });
  await writeFile(path, script);
});

test('what is no OpenSSL tree is named', async () => {
  await expect(fipsSourceFingerprint(folder)).rejects.toMatchObject({
    code: 'FND_BAD_DATA',
    message: expect.stringContaining('no providers/fips.module.sources'),
  });
});
