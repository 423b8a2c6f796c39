import { resolveDirectories } from '../../../adapters/directories/directories.ts';
import { openToolchain } from '../../../adapters/toolchain/toolchain.ts';
import type { ToolName } from '../../../adapters/toolchain/tool-names.ts';

/** The path of a built tool, as the foundry itself finds it. */
export async function builtTool(name: ToolName): Promise<string> {
  const toolchain = await openToolchain(resolveDirectories(process.env), process.env);
  return toolchain.path(name);
}
