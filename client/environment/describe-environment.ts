import { stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Directories } from '../../adapters/directories/directories.ts';
import { ifThere } from '../../adapters/files/if-there.ts';
import { readJsonFile } from '../../adapters/files/json-file.ts';
import { profilePath } from '../../adapters/profile/profile-path.ts';
import { inspectTools, TOOLS_FOLDER } from '../../adapters/toolchain/toolchain.ts';
import { readToolsFile } from '../../adapters/toolchain/tools-file.ts';
import { z } from 'zod';
import { FoundryError } from '../../domain/errors.ts';
import { type Endpoints, readEndpoints } from '../../services/endpoints.ts';
import { type SetVariable, setVariables } from './variables.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** One thing that a command goes by, and who says so. */
interface Setting {
  readonly name: string;
  /** Null where nothing says it. */
  readonly value: string | null;
  /** The option, the variable or the file that it comes from. */
  readonly origin: string;
}

/** A pinned tool. */
interface ToolVersion {
  readonly name: string;
  readonly version: string;
  /** Of the binary; null when it is not built. */
  readonly sha256: string | null;
}

/** What a command would go by, were it called as `foundry env` was. */
export interface DescribedEnvironment {
  readonly settings: readonly Setting[];
  readonly variables: readonly SetVariable[];
  readonly tools: readonly ToolVersion[];
}

/** What is looked at. */
export interface Surroundings {
  readonly directories: Directories;
  readonly environment: Environment;
  readonly root: string;
  readonly output: string;
  /** Whether a global option was given on the command line. */
  readonly isGiven: (option: 'stateDir' | 'cacheDir' | 'output') => boolean;
}

const PackageFile = z.object({ version: z.string() });

/** Resolves everything as every command does, and says where each comes from. Throws FND_BAD_DATA for files of ours that are broken. */
export async function describeEnvironment(surroundings: Surroundings): Promise<DescribedEnvironment> {
  const { directories, environment } = surroundings;
  const endpoints = await endpointsOf(directories);
  return {
    settings: [
      await ownVersion(surroundings),
      node(surroundings),
      output(surroundings),
      folder(surroundings, 'stateDir'),
      folder(surroundings, 'cacheDir'),
      await profile(surroundings),
      ...temporal(environment, endpoints),
      registry(endpoints),
      toolsFolder(environment),
    ],
    variables: setVariables(environment),
    tools: await toolVersions(directories),
  };
}

async function ownVersion({ root }: Surroundings): Promise<Setting> {
  const path = join(root, 'package.json');
  const file = await readJsonFile(path, PackageFile, {
    what: 'our package.json',
    hint: 'Restore it with git.',
  });
  return { name: 'foundry', value: file?.version ?? null, origin: path };
}

function node({ root }: Surroundings): Setting {
  const isPinned = process.execPath.startsWith(join(root, 'node_modules') + sep);
  const origin = isPinned ? 'package-lock.json' : `${process.execPath}, which is not the pinned one`;
  return { name: 'Node', value: process.version, origin };
}

function output({ output: value, isGiven, environment }: Surroundings): Setting {
  const origin = isGiven('output')
    ? '--output'
    : isSet(environment, 'FOUNDRY_OUTPUT')
      ? 'FOUNDRY_OUTPUT'
      : 'default';
  return { name: 'output', value, origin };
}

const FOLDERS = {
  stateDir: { of: 'state', option: '--state-dir', variables: ['FOUNDRY_STATE_DIR', 'XDG_STATE_HOME'] },
  cacheDir: { of: 'cache', option: '--cache-dir', variables: ['FOUNDRY_CACHE_DIR', 'XDG_CACHE_HOME'] },
} as const;

function folder({ directories, environment, isGiven }: Surroundings, which: keyof typeof FOLDERS): Setting {
  const { of, option, variables } = FOLDERS[which];
  const variable = variables.find((name) => isSet(environment, name));
  return {
    name: `${of} folder`,
    value: directories[of],
    origin: isGiven(which) ? option : (variable ?? 'default'),
  };
}

async function profile({ directories, environment }: Surroundings): Promise<Setting> {
  const path = profilePath(directories.state, environment);
  const origin = environment['FOUNDRY_PROFILE'] === undefined ? 'the state folder' : 'FOUNDRY_PROFILE';
  const isThere = (await ifThere(stat(path))) !== undefined;
  return { name: 'profile', value: path, origin: isThere ? origin : `${origin}; the file is not there` };
}

function temporal(environment: Environment, endpoints: Endpoints | undefined): Setting[] {
  const isElsewhere = isSet(environment, 'TEMPORAL_ADDRESS');
  const own = endpoints?.temporal ?? null;
  const [value, origin] = isElsewhere
    ? [environment['TEMPORAL_ADDRESS'] ?? null, 'TEMPORAL_ADDRESS']
    : [own?.address ?? null, own === null ? NOT_STARTED : SERVICES];
  const namespace: Setting = isElsewhere
    ? {
        name: 'namespace',
        value: environment['TEMPORAL_NAMESPACE'] ?? 'default',
        origin: isSet(environment, 'TEMPORAL_NAMESPACE') ? 'TEMPORAL_NAMESPACE' : 'default',
      }
    : { name: 'namespace', value: own?.namespace ?? null, origin };
  return [{ name: 'Temporal', value, origin }, namespace];
}

const SERVICES = 'the services of the state folder';
const NOT_STARTED = 'no such service was started: ./foundry up';

function registry(endpoints: Endpoints | undefined): Setting {
  const host = endpoints?.registry?.host ?? null;
  return { name: 'registry', value: host, origin: host === null ? NOT_STARTED : SERVICES };
}

function toolsFolder(environment: Environment): Setting {
  return isSet(environment, 'FOUNDRY_TOOLS_BIN')
    ? { name: 'tools', value: environment['FOUNDRY_TOOLS_BIN'] ?? null, origin: 'FOUNDRY_TOOLS_BIN' }
    : { name: 'tools', value: 'the pinned ones, as below', origin: join(TOOLS_FOLDER, 'tools.json') };
}

async function endpointsOf(directories: Directories): Promise<Endpoints | undefined> {
  try {
    return await readEndpoints(directories);
  } catch (error) {
    if (error instanceof FoundryError && error.code === 'FND_NOT_RUNNING') return undefined;
    throw error;
  }
}

async function toolVersions(directories: Directories): Promise<ToolVersion[]> {
  const file = await readToolsFile(TOOLS_FOLDER);
  const states = await inspectTools(directories, TOOLS_FOLDER, file);
  const go = { name: 'go', version: file.go, sha256: null };
  const tools = states.map(({ entry: { name, version }, built }) => ({
    name,
    version,
    sha256: built?.sha256 ?? null,
  }));
  return [go, ...tools];
}

/** A variable of CI that is not set is there and empty. */
function isSet(environment: Environment, name: string): boolean {
  return (environment[name] ?? '') !== '';
}
