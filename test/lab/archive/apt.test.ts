import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Apt, createApt } from '../../../lab/archive/apt.ts';

let folder: string;
let apt: Apt;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-apt-'));
  await mkdir(join(folder, 'bin'));
  await mkdir(join(folder, 'apt', 'cache'), { recursive: true });
  vi.stubEnv('PATH', [join(folder, 'bin'), process.env['PATH']].join(delimiter));
  apt = createApt({
    folder: join(folder, 'apt'),
    mirror: { uris: ['http://127.0.0.1:9/debian'], signedBy: undefined, trusted: undefined },
    report: () => undefined,
  });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** Puts a program in the place of apt-cache that says and does what the real one was seen to say and do. */
async function aptCache(script: string): Promise<void> {
  await writeFile(join(folder, 'bin', 'apt-cache'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

describe('asking apt-cache', () => {
  test('takes it as an answer that it knows none of the names', async () => {
    await aptCache(`echo 'E: No packages found' >&2; exit 100`);
    expect(await apt.show(['no-such-package/stable'])).toBe('');
  });

  test('on a full disk names the disk, not the packages, and keeps nothing half-written', async () => {
    const caches = join(folder, 'apt', 'cache');
    await writeFile(join(caches, 'pkgcache.bin'), 'whole');
    await aptCache(
      [
        `: > ${caches}/srcpkgcache.bin.Ufy6hH`,
        `echo 'E: Write error - write (28: No space left on device)' >&2`,
        `echo 'E: IO Error saving source cache' >&2`,
        `exit 100`,
      ].join('\n'),
    );

    await expect(apt.show(['libc6/stable'])).rejects.toMatchObject({ code: 'FND_DISK_FULL' });
    expect(await readdir(caches)).toEqual(['pkgcache.bin']);
  });

  test('fails when its indexes cannot be read, and says how to have them anew', async () => {
    await aptCache(`echo 'E: The package lists or status file could not be parsed or opened.' >&2; exit 100`);
    await expect(apt.showSource('openssl')).rejects.toMatchObject({
      code: 'FND_ARCHIVE_UNREACHABLE',
      message: expect.stringContaining('could not be parsed'),
      hint: expect.stringContaining(join(folder, 'apt')),
    });
  });
});
