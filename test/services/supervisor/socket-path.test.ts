import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { makeSocketFolder, socketPath } from '../../../services/supervisor/socket-path.ts';

const uid = process.getuid?.() ?? 0;

it('stays in the services folder while the path fits', () => {
  expect(socketPath('/state/services', 0)).toBe('/state/services/supervisor.sock');
});

it('moves to a short path of its own for each long services folder', () => {
  const long = `/${'ä'.repeat(60)}`;
  const path = socketPath(long, 7);
  expect(Buffer.byteLength(path)).toBeLessThan(108);
  expect(path).not.toBe(socketPath(`${long}b`, 7));
  expect(path).toContain('foundry-7');
});

it('refuses a folder in which others could listen in our place', async () => {
  await withTemporaryDirectory(async (folder) => {
    const open = join(folder, 'open');
    await mkdir(open);
    await chmod(open, 0o777);
    await expect(makeSocketFolder(open, uid)).rejects.toMatchObject({ code: 'FND_PERMISSION' });
    await expect(makeSocketFolder(join(folder, 'new'), uid)).resolves.toBeUndefined();
    await expect(makeSocketFolder(join(folder, 'new'), uid + 1)).rejects.toMatchObject({
      code: 'FND_PERMISSION',
    });
  });
});
