import { access } from 'node:fs/promises';
import { join } from 'node:path';

/** The path of a built tool, from the folder that FOUNDRY_TOOLS_BIN names. */
export async function builtTool(name: string): Promise<string> {
  const path = join(process.env['FOUNDRY_TOOLS_BIN'] ?? '', name);
  await access(path);
  return path;
}
