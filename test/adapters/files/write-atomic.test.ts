import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  makeFolder,
  namedFileError,
  saysDiskFull,
  withTemporaryDirectory,
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

    await expect(writeFileAtomic(join(folder, 'parent', 'child'), 'text')).rejects.toMatchObject({
      code: 'FND_BAD_INPUT',
      cause: { code: 'EEXIST' },
    });
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

describe('making a folder', () => {
  it('makes those above it too, and leaves one that is there as it is', async () => {
    const path = join(folder, 'a', 'b');
    await makeFolder(path, 0o700);
    await writeFile(join(path, 'kept'), '');
    await Promise.all([
      makeFolder(path),
      makeFolder(join(folder, 'c', 'd')),
      makeFolder(join(folder, 'c', 'e')),
    ]);

    expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect(await readdir(path)).toEqual(['kept']);
    expect((await readdir(join(folder, 'c'))).sort()).toEqual(['d', 'e']);
  });

  it.each([
    ['where a file is', (): string => join(folder, 'file')],
    ['inside a file', (): string => join(folder, 'file', 'a', 'b')],
    ['of a name that is too long', (): string => join(folder, 'x'.repeat(300))],
    ['in a file system that makes none', (): string => '/proc/foundry/a'],
  ])('refuses a place %s', async (_, place) => {
    await writeFile(join(folder, 'file'), '');

    await expect(makeFolder(place())).rejects.toMatchObject({
      code: 'FND_BAD_INPUT',
      hint: expect.stringContaining('FOUNDRY_STATE_DIR'),
    });
  });
});

describe('a temporary folder', () => {
  it('that cannot be made is named, with the variable that moves it', async () => {
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = join(folder, 'missing');
    try {
      await expect(withTemporaryDirectory(() => Promise.resolve())).rejects.toMatchObject({
        code: 'FND_BAD_INPUT',
        message: `there is no temporary folder ${join(folder, 'missing')}`,
        hint: expect.stringContaining('TMPDIR'),
      });
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  });
});

describe('the words for a full disk', () => {
  it.each([
    'write /state/data: no space left on device',
    'tar: a: Wrote only 512 of 10240 bytes\ntar: Error: No space left on device',
    'failed setting up schema: database or disk is full (13)',
    'Error: ENOSPC: no space left on device, write',
    'mkdir: Disk quota exceeded',
  ])('are seen in %j', (output) => {
    expect(saysDiskFull(output)).toBe(true);
  });

  it.each(['no such file or directory', 'the disk is fully healthy', ''])('are not seen in %j', (output) => {
    expect(saysDiskFull(output)).toBe(false);
  });
});

describe('the system errors a person can act on', () => {
  it.each([
    ['ENOSPC', 'FND_DISK_FULL'],
    ['EDQUOT', 'FND_DISK_FULL'],
    ['EACCES', 'FND_PERMISSION'],
    ['EROFS', 'FND_PERMISSION'],
    ['ENOTDIR', 'FND_BAD_INPUT'],
    ['ENAMETOOLONG', 'FND_BAD_INPUT'],
    ['ENOTDIR', 'FND_BAD_INPUT'],
    ['ENAMETOOLONG', 'FND_BAD_INPUT'],
  ])('names %s as %s, with the path and the next step', (systemCode, code) => {
    const error = namedFileError(Object.assign(new Error(systemCode), { code: systemCode }), '/state/file');

    expect(error).toMatchObject({
      code,
      message: expect.stringContaining('/state/file'),
      hint: expect.stringContaining('FOUNDRY_STATE_DIR'),
    });
  });

  it('are named by the path the system gives, and are left alone when a person can do nothing about them', async () => {
    const refused = await readFile(join('/dev/null', 'x')).catch((error: unknown) => namedFileError(error));
    const bug = new Error('x is undefined');

    expect(refused).toMatchObject({ code: 'FND_BAD_INPUT', message: expect.stringContaining('/dev/null/x') });
    expect(namedFileError(bug)).toBe(bug);
  });
});
