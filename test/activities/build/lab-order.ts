import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openIndex } from '../../../adapters/apk/index-file.ts';
import type { IndexRecord } from '../../../adapters/apk/index-record.ts';
import type { StepOrder } from '../../../activities/build/build-step.ts';
import { BlueprintValues, IMAGES_FOLDER, readBlueprints } from '../../../activities/build/blueprint.ts';
import type { PackageOnDisk } from '../../../activities/build/closed-repository.ts';
import { type Sha256, sha256 } from '../../../domain/digest.ts';

/** What tests of construction take from a served world: what both steps share, their sources, the closure of each variant. */
export interface LabOrder {
  readonly order: Omit<StepOrder, 'step' | 'source' | 'epoch'>;
  readonly sources: Readonly<Record<'provider' | 'core', Source>>;
  readonly closures: Readonly<Record<'standard' | 'distroless' | 'development', readonly PackageOnDisk[]>>;
}

interface Source {
  readonly source: NonNullable<StepOrder['source']>;
  readonly epoch: number;
}

const ROOTS = {
  build: [
    'bash',
    'binutils',
    'busybox',
    'gcc',
    'glibc-dev',
    'linux-headers',
    'make',
    'perl',
    'tar',
    'gzip',
    'wolfi-baselayout',
  ],
  standard: [
    'bash',
    'busybox',
    'ca-certificates-bundle',
    'glibc',
    'ld-linux',
    'libgcc',
    'wolfi-baselayout',
    'wolfi-keys',
  ],
  distroless: ['glibc', 'wolfi-baselayout'],
} as const;

/** Reads the folder that a day of the lab is served from, resolves each purpose, and orders a core version. */
export async function orderFromDay(publicFolder: string, coreVersion: string): Promise<LabOrder> {
  const index = join(publicFolder, 'os', 'x86_64', 'APKINDEX.tar.gz');
  const { records } = await openIndex(await readFile(index), index);
  const closure = async (...roots: string[]): Promise<PackageOnDisk[]> =>
    await Promise.all(resolve(records, roots).map((record) => onDisk(publicFolder, record)));
  const build = await closure(...ROOTS.build);
  const standard = await closure(...ROOTS.standard);
  const distroless = await closure(...ROOTS.distroless);
  const development = await closure(...ROOTS.standard, 'gcc', 'glibc-dev', 'make');
  const provider = await source(publicFolder, '3.1.2');
  const core = await source(publicFolder, coreVersion);
  const own = (names: string[]): string[] => names.map((name) => `${name}=${coreVersion}-r0`);
  return {
    closures: { standard, distroless, development },
    sources: {
      provider: { source: provider.source, epoch: Date.UTC(2023, 7, 1) / 1000 },
      core: { source: core.source, epoch: Date.UTC(2026, 3, 7) / 1000 },
    },
    order: {
      blueprints: await readBlueprints(IMAGES_FOLDER),
      architecture: 'x86_64',
      environment: build,
      values: BlueprintValues.parse({
        provider: provider.values,
        core: core.values,
        build: { packages: build.map(requirement) },
        standard: { packages: standard.map(requirement) },
        distroless: { packages: distroless.map(requirement) },
        development: { packages: development.map(requirement) },
        own: {
          provider: 'openssl-fips-provider=3.1.2-r0',
          core: own(['libcrypto3', 'libssl3', 'openssl']),
          configuration: `openssl-fips-config=${coreVersion}-r0`,
          development: own(['openssl-dev']),
        },
      }),
    },
  };
}

function requirement(one: PackageOnDisk): string {
  return `${one.name}=${one.version}`;
}

async function onDisk(publicFolder: string, record: IndexRecord): Promise<PackageOnDisk> {
  const path = join(publicFolder, 'os', 'x86_64', `${record.name}-${record.version}.apk`);
  return { name: record.name, version: record.version, path, sha256: sha256(await readFile(path)) };
}

async function source(
  publicFolder: string,
  version: string,
): Promise<{
  source: Source['source'];
  values: { version: string; revision: number; archive: string; sha256: Sha256 };
}> {
  const archive = `openssl-${version}.tar.gz`;
  const path = join(publicFolder, 'openssl/openssl/releases/download', `openssl-${version}`, archive);
  const digest = sha256(await readFile(path));
  return { source: { path, sha256: digest }, values: { version, revision: 0, archive, sha256: digest } };
}

/** Everything that the roots need, by name or by what is provided; the first provider in the index serves. */
function resolve(records: readonly IndexRecord[], roots: readonly string[]): IndexRecord[] {
  const bare = (text: string): string => text.replace(/[<>=~].*$/, '');
  const providers = new Map<string, IndexRecord>();
  for (const record of records)
    for (const name of [record.name, ...record.provides.map(bare)])
      if (!providers.has(name)) providers.set(name, record);
  const found = new Map<string, IndexRecord>();
  const queue = [...roots];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const record = providers.get(name);
    if (record === undefined) throw new Error(`nothing provides ${name}`);
    if (found.has(record.name)) continue;
    found.set(record.name, record);
    queue.push(...record.depends.map(bare));
  }
  return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
