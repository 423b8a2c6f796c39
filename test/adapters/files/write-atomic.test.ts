import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  namedFileError,
  writeDirectoryAtomic,
  writeFileAtomic,
} from '../../../adapters/files/write-atomic.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'write-atomic-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('writing a file', () => {
  it('makes the parent folders and sets the mode', async () => {
    const path = join(folder, 'a', 'b', 'secret');

    await writeFileAtomic(path, 'text', 0o600);

    expect(await readFile(path, 'utf8')).toBe('text');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('leaves the old bytes and nothing else when it fails', async () => {
    await writeFile(join(folder, 'parent'), 'a file where a folder is needed');

    await expect(writeFileAtomic(join(folder, 'parent', 'child'), 'text')).rejects.toThrow(/ENOTDIR|EEXIST/);
    expect(await readdir(folder)).toEqual(['parent']);
  });
});

describe('writing a folder', () => {
  it('replaces the old folder whole', async () => {
    const path = join(folder, 'tree');
    await writeDirectoryAtomic(path, (aside) => writeFile(join(aside, 'old'), '1'));
    await writeDirectoryAtomic(path, (aside) => writeFile(join(aside, 'new'), '2'));

    expect(await readdir(path)).toEqual(['new']);
    expect(await readdir(folder)).toEqual(['tree']);
  });

  it('keeps the old folder when filling the new one fails', async () => {
    const path = join(folder, 'tree');
    await writeDirectoryAtomic(path, (aside) => writeFile(join(aside, 'old'), '1'));

    await expect(writeDirectoryAtomic(path, () => Promise.reject(new Error('half-way')))).rejects.toThrow(
      'half-way',
    );
    expect(await readdir(path)).toEqual(['old']);
    expect(await readdir(folder)).toEqual(['tree']);
  });
});

describe('the system errors a person can act on', () => {
  it.each([
    ['ENOSPC', 'FND_DISK_FULL'],
    ['EDQUOT', 'FND_DISK_FULL'],
    ['EACCES', 'FND_PERMISSION'],
    ['EROFS', 'FND_PERMISSION'],
  ])('names %s as %s, with the path and the next step', (systemCode, code) => {
    const error = namedFileError(Object.assign(new Error(systemCode), { code: systemCode }), '/state/file');

    expect(error).toMatchObject({
      code,
      message: expect.stringContaining('/state/file'),
      hint: expect.stringContaining('FOUNDRY_STATE_DIR'),
    });
  });
});
