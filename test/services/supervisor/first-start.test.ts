import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginWithData, keepData } from '../../../services/supervisor/first-start.ts';

describe("a service's data", () => {
  let folder: string;

  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'foundry-first-')), 'data');
  });

  afterEach(() => rm(join(folder, '..'), { recursive: true }));

  it('of a first start that ended well stays', async () => {
    await beginWithData(folder);
    await writeFile(join(folder, 'database'), 'whole');
    await keepData(folder);
    await beginWithData(folder);

    expect(await readdir(folder)).toEqual(['database']);
  });

  it('of a first start that failed, or was killed, is made again', async () => {
    await beginWithData(folder);
    await writeFile(join(folder, 'database'), 'ha');
    await mkdir(join(folder, 'wal', 'segment'), { recursive: true });
    await beginWithData(folder);

    expect(await readdir(folder)).toEqual(['.first-start']);
  });

  it('that was there before the foundry looked after it stays', async () => {
    await mkdir(folder);
    await writeFile(join(folder, 'database'), 'old');
    await beginWithData(folder);

    expect(await readdir(folder)).toEqual(['database']);
  });
});
