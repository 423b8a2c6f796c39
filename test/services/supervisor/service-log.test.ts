import { open, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { closeLog, lastLines, openLog, shortened } from '../../../services/supervisor/service-log.ts';

it('begins anew when the log is over 20 MB, keeping the old one beside it', async () => {
  await withTemporaryDirectory(async (folder) => {
    const path = join(folder, 'logs', 'service.log');
    await closeLog(await openLog(path));
    await truncate(path, 20 * 1024 * 1024);
    const full = await openLog(path);
    await closeLog(full);
    await truncate(path, 20 * 1024 * 1024 + 1);
    const fresh = await openLog(path);
    await closeLog(fresh);

    expect(full.offset).toBe(20 * 1024 * 1024);
    expect(fresh.offset).toBe(0);
    expect((await stat(`${path}.1`)).size).toBe(20 * 1024 * 1024 + 1);
  });
});

it('shows only the last lines of this run, of long ones their beginning and end', async () => {
  await withTemporaryDirectory(async (folder) => {
    const path = join(folder, 'service.log');
    await writeFile(path, 'of the last run\n');
    const log = await openLog(path);
    await closeLog(log);
    expect(await lastLines(path, log.offset, 3)).toEqual([]);

    const file = await open(path, 'a');
    await file.write(`one\n\ntwo\n${'x'.repeat(1000)} full\nlast`);
    await file.close();

    const lines = await lastLines(path, log.offset, 3);
    expect(shortened(lines)).toEqual(['two', `${'x'.repeat(240)}…${'x'.repeat(155)} full`, 'last']);
    expect(await lastLines(path, log.offset, 9)).toHaveLength(4);
    expect(await readFile(path, 'utf8')).toMatch(/^of the last run\n/);
  });
});

it('does not make a state folder anew that was removed', async () => {
  await withTemporaryDirectory(async (folder) => {
    await expect(openLog(join(folder, 'removed', 'logs', 'service.log'))).rejects.toMatchObject({
      cause: { code: 'ENOENT' },
    });
  });
});

it('shows nothing of a log that is not there', async () => {
  expect(await lastLines('/nonexistent/service.log', 0, 3)).toEqual([]);
});
