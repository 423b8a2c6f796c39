import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Directories } from '../../../adapters/directories/directories.ts';
import { sha256 } from '../../../domain/digest.ts';
import { writeBuildRecord } from '../../../adapters/toolchain/manifest.ts';
import { inspectTools } from '../../../adapters/toolchain/toolchain.ts';
import { readToolsFile, type ToolEntry } from '../../../adapters/toolchain/tools-file.ts';

const GO_MOD = `module foundry.example/tools/crane

go 1.26.0

require (
	example.org/one v0.9.0 // indirect
	example.org/images v1.2.3
)
`;

/** The entry of the tool that the fixture pins; it is called crane, but is made up. */
export const ENTRY = {
  name: 'crane',
  package: 'example.org/images/cmd/crane',
  module: 'example.org/images',
  version: 'v1.2.3',
  versionArgs: ['version'],
  versionPattern: '^v(\\S+)$',
  purpose: 'reads images',
  estimateSeconds: 20,
} as const satisfies ToolEntry;

/** A folder of tool modules, and folders to build into, both temporary. */
export interface ToolsFixture {
  readonly root: string;
  readonly toolsFolder: string;
  readonly directories: Directories;
  writeToolsFile(content: unknown): Promise<void>;
  writeModuleFile(name: string, text: string): Promise<void>;
  /** Puts a file where the built tool belongs, with the record that says so. Returns its folder. */
  pretendBuilt(binary: string): Promise<string>;
  remove(): Promise<void>;
}

/** Makes a fixture with one made-up tool, or with a copy of a real module folder. */
export async function toolsFixture(realModule?: string): Promise<ToolsFixture> {
  const root = await mkdtemp(join(tmpdir(), 'foundry-toolchain-'));
  const toolsFolder = join(root, 'tools');
  const moduleFolder = join(toolsFolder, 'crane');
  const directories = { state: join(root, 'state'), cache: join(root, 'cache') };
  await mkdir(moduleFolder, { recursive: true });
  const writeModuleFile = async (name: string, text: string): Promise<void> =>
    await writeFile(join(moduleFolder, name), text);
  const writeToolsFile = async (content: unknown): Promise<void> =>
    await writeFile(
      join(toolsFolder, 'tools.json'),
      typeof content === 'string' ? content : JSON.stringify(content),
    );
  if (realModule === undefined) {
    await writeModuleFile('go.mod', GO_MOD);
    await writeModuleFile('go.sum', 'example.org/images v1.2.3 h1:x=\n');
    await writeToolsFile({ go: '1.26.8', tools: [ENTRY] });
  } else {
    await cp(realModule, moduleFolder, { recursive: true });
  }
  return {
    root,
    toolsFolder,
    directories,
    writeToolsFile,
    writeModuleFile,
    pretendBuilt: async (binary) => await pretendBuilt(directories, toolsFolder, binary),
    remove: async () => await rm(root, { recursive: true, force: true }),
  };
}

async function pretendBuilt(directories: Directories, toolsFolder: string, binary: string): Promise<string> {
  const [state] = await inspectTools(directories, toolsFolder, await readToolsFile(toolsFolder));
  if (state === undefined) throw new Error('the fixture pins no tool');
  const { name, version, module, package: pkg } = state.entry;
  await mkdir(state.folder, { recursive: true });
  await writeFile(join(state.folder, name), binary, { mode: 0o755 });
  await writeBuildRecord(state.folder, {
    schemaVersion: 1,
    seconds: 1,
    tool: {
      name,
      version,
      module,
      package: pkg,
      goVersion: 'go1.26.8',
      platform: 'linux/amd64',
      key: state.key,
      sha256: sha256(binary),
      size: Buffer.byteLength(binary),
      assets: [],
    },
  });
  return state.folder;
}
