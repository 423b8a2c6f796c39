import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { TOOL_NAMES, type ToolName } from './tool-names.ts';

const RelativePath = z
  .string()
  .regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$)).+$/, 'must be relative and stay inside its folder');

const ToolEntry = z.strictObject({
  name: z.enum(TOOL_NAMES),
  /** The Go package that is built. */
  package: z.string().min(1),
  /** The Go module the package is in, and its version: the same as in the tool's go.mod. */
  module: z.string().min(1),
  version: z.string().min(1),
  experiment: z.string().min(1).optional(),
  /** Linker flags on top of those of every build. */
  ldflags: z.array(z.string().min(1)).optional(),
  versionArgs: z.array(z.string()).min(1),
  /** Finds in what the tool prints for `versionArgs` its version, without a leading `v`, as the first group. */
  versionPattern: z.string().refine(hasOneGroup, 'is not a regular expression with one group'),
  /** Files the tool reads at run time: from the module's folder to a folder beside the binary. */
  assets: z.array(z.strictObject({ from: RelativePath, to: RelativePath })).optional(),
  purpose: z.string().min(1),
  estimateSeconds: z.number().positive(),
});

const ToolsFile = z.strictObject({
  go: z.string().regex(/^1\.\d+\.\d+$/, 'is not a Go release such as 1.26.8'),
  tools: z.array(ToolEntry).min(1),
});

export type ToolEntry = z.infer<typeof ToolEntry>;

/** What the build of a Go program depends on, of the toolchain or not. */
export type BuildEntry = Pick<
  ToolEntry,
  'package' | 'module' | 'version' | 'experiment' | 'ldflags' | 'assets'
> & { readonly name: string };

/** The version that a tool says it has, as its pattern finds it; undefined where it finds none. */
export function statedVersion(entry: Pick<ToolEntry, 'versionPattern'>, output: string): string | undefined {
  return new RegExp(entry.versionPattern, 'mu').exec(output)?.[1];
}

/** The pinned toolchain: one Go release for all, and the tools built with it, in the order of the file. */
export type ToolsFile = z.infer<typeof ToolsFile>;

/**
 * Reads `tools.json` in a folder of tool modules.
 * Throws FND_BAD_DATA naming the field for a broken file, and for a tool that is listed twice.
 */
export async function readToolsFile(toolsFolder: string): Promise<ToolsFile> {
  const path = join(toolsFolder, 'tools.json');
  const parsed = ToolsFile.safeParse(await readJson(path));
  if (!parsed.success) {
    throw new FoundryError('FND_BAD_DATA', `${path}: ${z.prettifyError(parsed.error)}`, {
      hint: 'Compare the file with the one in the last commit: `git diff tools/tools.json`.',
    });
  }
  const seen = new Set<ToolName>();
  for (const { name } of parsed.data.tools) {
    if (seen.has(name)) throw new FoundryError('FND_BAD_DATA', `${path}: the tool ${name} is listed twice`);
    seen.add(name);
  }
  return parsed.data;
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new FoundryError('FND_BAD_DATA', `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function hasOneGroup(pattern: string): boolean {
  try {
    return new RegExp(`${pattern}|`, 'mu').exec('')?.length === 2;
  } catch {
    return false;
  }
}
