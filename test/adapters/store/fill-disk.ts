import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from '../../../adapters/process/run-tool.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import { FoundryError } from '../../../domain/errors.ts';

// Runs in a mount namespace of its own: puts more than a disk of one megabyte holds, and prints what came of it.
const disk = await mkdtemp(join(tmpdir(), 'foundry-small-disk-'));
await runTool({ tool: 'mount', file: 'mount', args: ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk] });
const store = openDirectoryStore(disk);
const large = await store
  .put(randomBytes(2 ** 21), 'application/octet-stream')
  .catch((error: unknown) => error);
const small = await store.put(Buffer.from('still room for this'), 'text/plain');
process.stdout.write(
  JSON.stringify({
    large: large instanceof FoundryError ? large.code : String(large),
    list: await store.list(),
    small: small.digest,
  }),
);
