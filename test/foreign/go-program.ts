import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveDirectories } from '../../adapters/directories/directories.ts';
import { ifThere } from '../../adapters/files/if-there.ts';
import { writeDirectoryAtomic } from '../../adapters/files/write-atomic.ts';
import { buildTool } from '../../adapters/toolchain/go-build.ts';
import { openGoClient } from '../../adapters/toolchain/go-client.ts';
import { entryFolderName, hostPlatform, toolKey } from '../../adapters/toolchain/tool-key.ts';
import { TOOLS_FOLDER } from '../../adapters/toolchain/toolchain.ts';
import { type BuildEntry, readToolsFile } from '../../adapters/toolchain/tools-file.ts';

const FOREIGN = fileURLToPath(new URL('.', import.meta.url));

/**
 * A program of others that judges what we make, built as the toolchain is, from the Go module in the folder of its name beside this file;
 * the path of the program. It is made once and kept in the cache, and is no part of the toolchain: nothing is made with it.
 */
export async function goProgram(entry: BuildEntry): Promise<string> {
  const { go } = await readToolsFile(TOOLS_FOLDER);
  const key = await toolKey(FOREIGN, entry, go, hostPlatform());
  const kept = join(resolveDirectories(process.env).cache, 'test', entryFolderName(entry.name, key));
  const program = join(kept, entry.name);
  if ((await ifThere(stat(program))) !== undefined) return program;
  const client = await openGoClient();
  await writeDirectoryAtomic(kept, (into) =>
    buildTool({
      entry,
      moduleFolder: join(FOREIGN, entry.name),
      goVersion: go,
      client,
      into,
      signal: undefined,
      onDownload: () => undefined,
    }),
  );
  return program;
}
