import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseSha256 } from '../../domain/digest.ts';
import { messageOf } from '../../domain/errors.ts';
import { isCode, writeFileAtomic } from '../files/write-atomic.ts';
import { TOOL_NAMES } from './tool-names.ts';

const Digest = z.string().transform((text, issues) => {
  try {
    return parseSha256(text, 'digest');
  } catch (error) {
    issues.addIssue(messageOf(error));
    return z.NEVER;
  }
});

/** What is known of one built tool. Names no machine, no path and no time, so it is the same wherever it was built. */
const BuiltTool = z.strictObject({
  name: z.enum(TOOL_NAMES),
  version: z.string(),
  module: z.string(),
  package: z.string(),
  goVersion: z.string(),
  platform: z.string(),
  key: Digest,
  sha256: Digest,
  /** Bytes of the binary. */
  size: z.number().int().positive(),
  /** Folders of files beside the binary, each with one digest over all its files. */
  assets: z.array(z.strictObject({ to: z.string(), sha256: Digest })),
});

const BuildRecord = z.strictObject({
  schemaVersion: z.literal(1),
  tool: BuiltTool,
  /** How long the build took, in seconds. */
  seconds: z.number().nonnegative(),
});

export type BuiltTool = z.infer<typeof BuiltTool>;

/** `build.json`, beside each built binary. */
export type BuildRecord = z.infer<typeof BuildRecord>;

/** `manifest.json`: the digest of every built tool of the current pins, sorted by name. Becomes part of provenance. */
export interface ToolManifest {
  readonly schemaVersion: 1;
  readonly tools: readonly BuiltTool[];
}

const BUILD_RECORD_FILE = 'build.json';

/** The path of the manifest in a folder of built tools. */
export function manifestPath(builtFolder: string): string {
  return join(builtFolder, 'manifest.json');
}

/** Writes the record of a build into the folder of the tool. */
export async function writeBuildRecord(folder: string, record: BuildRecord): Promise<void> {
  await writeFileAtomic(join(folder, BUILD_RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`);
}

/** The record in a tool's folder; undefined where there is none or one we cannot read, which is to build again. */
export async function readBuildRecord(folder: string): Promise<BuildRecord | undefined> {
  const text = await readText(join(folder, BUILD_RECORD_FILE));
  try {
    return text === undefined ? undefined : BuildRecord.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The manifest of these tools, sorted. */
export function manifestOf(tools: readonly BuiltTool[]): ToolManifest {
  return { schemaVersion: 1, tools: [...tools].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** Writes the manifest, unless the file already says the same. */
export async function writeManifest(builtFolder: string, manifest: ToolManifest): Promise<void> {
  const path = manifestPath(builtFolder);
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  if ((await readText(path)) !== text) await writeFileAtomic(path, text);
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}
