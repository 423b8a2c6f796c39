import { toolDigest } from '../../adapters/toolchain/tool-digest.ts';
import type { Toolchain } from '../../adapters/toolchain/toolchain.ts';
import type { UsedTool } from '../evidence/sbom/formulation.ts';

const BUILDERS = ['apko', 'melange'] as const;

/** The tools that packages and images are built with, of the pinned toolchain of this machine. Throws FND_TOOL_MISSING. */
export async function usedTools(tools: Toolchain): Promise<UsedTool[]> {
  return await Promise.all(
    BUILDERS.map(async (name) => ({
      name,
      version: tools.manifest?.tools.find((tool) => tool.name === name)?.version ?? '',
      sha256: await toolDigest(tools, name),
    })),
  );
}
