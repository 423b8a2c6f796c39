import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runTool } from '../../../adapters/process/run-tool.ts';
import { sha256 } from '../../../domain/digest.ts';

it('a full disk is named as such, leaves nothing behind, and the store goes on', async () => {
  const { stdout } = await runTool({
    tool: 'unshare',
    file: 'unshare',
    args: [
      '--user',
      '--map-root-user',
      '--mount',
      process.execPath,
      join(import.meta.dirname, 'fill-disk.ts'),
    ],
  });

  const small = sha256('still room for this');
  expect(JSON.parse(stdout)).toEqual({ large: 'FND_DISK_FULL', list: [{ digest: small, size: 19 }], small });
});
