import type { Sha256 } from '../../domain/digest.ts';
import { hashFile } from './hash-files.ts';
import type { ToolName } from './tool-names.ts';
import type { Toolchain } from './toolchain.ts';

/** The digest of a tool's binary: as its build recorded it, or measured where nobody recorded it. Throws FND_TOOL_MISSING. */
export async function toolDigest(tools: Toolchain, name: ToolName): Promise<Sha256> {
  const recorded = tools.manifest?.tools.find((tool) => tool.name === name);
  if (recorded !== undefined) return recorded.sha256;
  return await hashFile(tools.path(name));
}
