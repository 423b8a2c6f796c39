import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ifThere } from '../../../adapters/files/if-there.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'if-there-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('a look at what may not be there', () => {
  it('gives what is there, also when it is empty', async () => {
    const path = join(folder, 'file');
    await writeFile(path, '');

    expect(await ifThere(readFile(path, 'utf8'))).toBe('');
    expect(await ifThere(readdir(folder))).toEqual(['file']);
  });

  it('gives undefined where nothing is', async () => {
    expect(await ifThere(readFile(join(folder, 'file')))).toBeUndefined();
    expect(await ifThere(readdir(join(folder, 'a', 'b')))).toBeUndefined();
  });

  it('lets every other error through', async () => {
    await expect(ifThere(readFile(folder))).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(ifThere(Promise.reject(new Error('other')))).rejects.toThrow('other');
  });
});
