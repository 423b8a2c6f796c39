import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveDirectories } from '../../adapters/directories/directories.ts';
import { ifThere } from '../../adapters/files/if-there.ts';
import { writeDirectoryAtomic } from '../../adapters/files/write-atomic.ts';
import { runTool } from '../../adapters/process/run-tool.ts';
import { BUILD_RECIPE } from '../../adapters/toolchain/go-build.ts';
import { NETWORK_VARIABLES, openGoClient } from '../../adapters/toolchain/go-client.ts';
import { TOOLS_FOLDER } from '../../adapters/toolchain/toolchain.ts';
import { readToolsFile } from '../../adapters/toolchain/tools-file.ts';
import { sha256 } from '../../domain/digest.ts';

/**
 * A program of others that judges what we make, built from the Go module in the folder of its name beside this file, which pins it and all
 * that it needs; the path of the program. It is made once and kept in the cache, and is no part of the toolchain: nothing is made with it.
 */
export async function goProgram(name: string, mainPackage: string): Promise<string> {
  const folder = fileURLToPath(new URL(name, import.meta.url));
  const { go } = await readToolsFile(TOOLS_FOLDER);
  const pins = await readFile(join(folder, 'go.sum'), 'utf8');
  const key = sha256(`${go}\n${mainPackage}\n${pins}`).slice(0, 16);
  const kept = join(resolveDirectories(process.env).cache, 'test', `${name}-${key}`);
  const program = join(kept, name);
  if ((await ifThere(stat(program))) !== undefined) return program;
  const { environment } = await openGoClient();
  const { flags, ldflags, environment: settings } = BUILD_RECIPE;
  await writeDirectoryAtomic(kept, async (aside) => {
    await runTool({
      tool: `go build (${name})`,
      file: 'go',
      args: ['build', ...flags, `-ldflags=${ldflags}`, '-o', join(aside, name), mainPackage],
      cwd: folder,
      env: { ...environment, ...settings, GOTOOLCHAIN: `go${go}` },
      passEnv: NETWORK_VARIABLES,
    });
  });
  return program;
}
