import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseSha256 } from '../../../domain/digest.ts';
import { type CratePin, fetchCrate, requireChecksum } from '../../../lab/archive/crate-archive.ts';

const PIN: CratePin = {
  name: 'openssl-src',
  version: '300.1.3+3.1.2',
  checksum: parseSha256('ab'.repeat(32), 'test'),
  hold: { cc: '1.0.83' },
};

function lockFile(version: string, checksum: string): string {
  return `version = 4

[[package]]
name = "cc"
version = "1.0.83"
checksum = "${'cd'.repeat(32)}"

[[package]]
name = "openssl-src"
version = "${version}"
source = "registry+https://example.invalid/index"
checksum = "${checksum}"
dependencies = [
 "cc",
]
`;
}

describe('the lock file', () => {
  test('with the pinned version and checksum is good', () => {
    expect(() => requireChecksum(lockFile(PIN.version, PIN.checksum), PIN)).not.toThrow();
  });

  test.each([
    ['another checksum', lockFile(PIN.version, 'ef'.repeat(32)), 'FND_DIGEST_MISMATCH'],
    ['another version', lockFile('300.1.4+3.1.3', PIN.checksum), 'FND_DIGEST_MISMATCH'],
    ['a checksum that is none', lockFile(PIN.version, 'xyz'), 'FND_BAD_DATA'],
    ['no such package', 'version = 4\n', 'FND_DIGEST_MISMATCH'],
  ])('with %s is refused', (_name, text, code) => {
    expect(() => requireChecksum(text, PIN)).toThrow(expect.objectContaining({ code }));
  });
});

describe('fetching', () => {
  let folder: string;
  const path = process.env['PATH'];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foundry-crate-'));
    await mkdir(join(folder, 'bin'));
    process.env['PATH'] = join(folder, 'bin');
  });

  afterEach(async () => {
    process.env['PATH'] = path;
    await rm(folder, { recursive: true, force: true });
  });

  function fetch(): Promise<string> {
    return fetchCrate(PIN, { cacheDir: join(folder, 'cache'), report: () => undefined });
  }

  test('without cargo names the line that installs it', async () => {
    await expect(fetch()).rejects.toMatchObject({
      code: 'FND_TOOL_MISSING',
      hint: expect.stringContaining('apt-get install cargo'),
    });
  });

  test('without a network says what cargo said', async () => {
    const cargo =
      '#!/bin/sh\necho "error: failed to get openssl-src: Could not resolve host" >&2\nexit 101\n';
    await writeFile(join(folder, 'bin', 'cargo'), cargo, { mode: 0o755 });
    await expect(fetch()).rejects.toMatchObject({
      code: 'FND_ARCHIVE_UNREACHABLE',
      message: expect.stringMatching(
        /openssl-src 300\.1\.3\+3\.1\.2 could not be fetched[\s\S]*Could not resolve host/,
      ),
    });
  });

  test('another checksum leaves nothing in the cache', async () => {
    const cargo = `#!/bin/sh\nprintf '%s' '${lockFile(PIN.version, 'ef'.repeat(32))}' > Cargo.lock\n`;
    await writeFile(join(folder, 'bin', 'cargo'), cargo, { mode: 0o755 });
    await expect(fetch()).rejects.toMatchObject({ code: 'FND_DIGEST_MISMATCH' });
    await expect(fetch()).rejects.toMatchObject({ code: 'FND_DIGEST_MISMATCH' });
  });

  test('what is in the cache needs no cargo', async () => {
    const kept = join(folder, 'cache', `openssl-src-300.1.3+3.1.2-${PIN.checksum.slice(0, 16)}`);
    await mkdir(kept, { recursive: true });
    expect(await fetch()).toBe(kept);
  });
});
