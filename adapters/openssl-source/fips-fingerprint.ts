import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSha256, type Sha256, sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { runTool } from '../process/run-tool.ts';

/** The fingerprint that OpenSSL 3.1.2 publishes for the 614 FIPS sources of its module, in `providers/fips.checksum`. */
export const FIPS_FINGERPRINT_3_1_2 = parseSha256(
  '89f749c416427df81cbc7fed9e9bfebb65bb201ae4a383b647cc5d774ced0129',
  'FIPS source fingerprint of OpenSSL 3.1.2',
);

const SOURCE_LIST = 'providers/fips.module.sources';

/**
 * The files of the 3.1.2 tree that compute the fingerprint. They are no FIPS sources themselves, so the fingerprint does not
 * cover them: a tree could bring a script that prints what we expect. Hence their own pins, checked before anything runs.
 */
const MEASURING_FILES: readonly (readonly [path: string, sha256: string])[] = [
  [SOURCE_LIST, '29f2b6f1b0d50306bb55c8e9728960d74a5726e6f3e1aaf80626b4b908580946'],
  ['util/fips-checksums.sh', '67d2014f70e0d5d79ecb7dfe4568be7c01e0fb2dec1c9aaee8e6b30b274a1760'],
  ['util/lang-compress.pl', 'aee16d6ac01995bd23af4635ad216e6dc3fdfd5c5e9e0951d4d836185d6275ae'],
];

/** The programs that OpenSSL's own script needs, with a harmless argument each. */
const PROGRAMS: readonly (readonly [file: string, argument: string])[] = [
  ['unifdef', '-V'],
  ['perl', '-v'],
  ['openssl', 'version'],
];

/**
 * Computes the FIPS source fingerprint of an unpacked OpenSSL 3.1.2 tree the way OpenSSL does: comments and layout do not count,
 * any other change to one of the 614 sources gives another value. Takes about six seconds.
 * Throws FND_DIGEST_MISMATCH when the tree's own measuring scripts are not those of 3.1.2, FND_TOOL_MISSING without
 * unifdef, perl or openssl. The caller compares the value with {@link FIPS_FINGERPRINT_3_1_2}.
 */
export async function fipsSourceFingerprint(treeDir: string, signal?: AbortSignal): Promise<Sha256> {
  for (const [path, expected] of MEASURING_FILES) await requireFile(treeDir, path, expected);
  for (const [file, argument] of PROGRAMS) {
    await runTool({ tool: `FIPS source fingerprint: ${file}`, file, args: [argument] });
  }
  const list = await readFile(join(treeDir, SOURCE_LIST), 'utf8');
  const { stdout } = await runTool({
    tool: 'FIPS source fingerprint',
    file: 'sh',
    args: ['util/fips-checksums.sh', ...list.split('\n').filter((line) => line !== '')],
    cwd: treeDir,
    env: { LC_ALL: 'C' },
    ...(signal === undefined ? {} : { signal }),
  });
  return sha256(stdout);
}

async function requireFile(treeDir: string, path: string, expected: string): Promise<void> {
  let found: Sha256;
  try {
    found = sha256(await readFile(join(treeDir, path)));
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', `${treeDir} is no OpenSSL 3.1.2 source tree: no ${path}`, {
      cause,
    });
  }
  if (found === expected) return;
  throw new FoundryError(
    'FND_DIGEST_MISMATCH',
    `${path}: expected ${expected} as in OpenSSL 3.1.2, found ${found}; it would compute the FIPS source fingerprint, so it is not run`,
  );
}
