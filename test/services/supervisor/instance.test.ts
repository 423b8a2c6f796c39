import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isStillNamed, writeInstance } from '../../../services/supervisor/instance.ts';

describe('the file that names the supervisor', () => {
  const self = { pid: 4711, startTime: '100', bootId: 'boot' };
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foundry-instance-'));
    path = join(folder, 'services', 'supervisor.json');
    await writeInstance(path, { process: self, socket: '/socket', services: [] });
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('names it until the state folder is removed', async () => {
    expect(await isStillNamed(path, self)).toBe(true);
    await rm(folder, { recursive: true });
    expect(await isStillNamed(path, self)).toBe(false);
  });

  it.each([
    [
      'another supervisor',
      JSON.stringify({ process: { ...self, pid: 4712 }, socket: '/socket', services: [] }),
    ],
    [
      'a later process of the same pid',
      JSON.stringify({ process: { ...self, startTime: '200' }, socket: '/s', services: [] }),
    ],
    ['nobody', '{'],
  ])('does not name it when it names %s', async (_, text) => {
    await writeFile(path, text);
    expect(await isStillNamed(path, self)).toBe(false);
  });

  it('does not name it when a file stands where the folder was', async () => {
    await rm(join(folder, 'services'), { recursive: true });
    await writeFile(join(folder, 'services'), '');
    expect(await isStillNamed(path, self)).toBe(false);
  });
});
