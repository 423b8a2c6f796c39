import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linkOrCopy } from '../../../adapters/files/link-or-copy.ts';

/** A memory file system that Linux machines have beside their disk. */
const OTHER_FILE_SYSTEM = '/dev/shm';

describe('linking or copying a file', () => {
  let folder: string;
  let from: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foundry-link-'));
    from = join(folder, 'from');
    await writeFile(from, 'bytes');
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('makes a second name on the same file system, and the folders it needs', async () => {
    const to = join(folder, 'a', 'b', 'to');
    await linkOrCopy(from, to);
    expect((await stat(to)).ino).toBe((await stat(from)).ino);
    await linkOrCopy(from, to);
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['to']);
  });

  it('copies onto another file system, and replaces what is there', async (context) => {
    const there = await mkdtemp(join(OTHER_FILE_SYSTEM, 'foundry-link-')).catch(() => undefined);
    if (there === undefined || (await stat(there)).dev === (await stat(folder)).dev) {
      context.skip();
      return;
    }
    try {
      await writeFile(join(there, 'to'), 'old');
      await linkOrCopy(from, join(there, 'to'));
      expect(await readFile(join(there, 'to'), 'utf8')).toBe('bytes');
      expect(await readdir(there)).toEqual(['to']);
    } finally {
      await rm(there, { recursive: true });
    }
  });

  it('leaves nothing half-written when the place cannot be written', async () => {
    const to = join(folder, 'folder');
    await mkdir(join(to, 'inside'), { recursive: true });
    await expect(linkOrCopy(from, to)).rejects.toThrow(/EISDIR|EEXIST|ENOTEMPTY|directory/);
    expect((await readdir(folder)).sort()).toEqual(['folder', 'from']);
  });
});
