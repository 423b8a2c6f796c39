import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { sourcesDigest } from '../../activities/artifacts/sources-digest.ts';
import type { BuildStep } from '../../activities/build/build-step.ts';
import { StoredPackage } from '../../activities/build/stored-artifacts.ts';
import { ifThere } from '../../adapters/files/if-there.ts';
import { openDirectoryResults } from '../../adapters/results/result-index.ts';
import { openDirectoryStore } from '../../adapters/store/directory-store.ts';
import { Artifact } from '../../domain/artifact.ts';
import { parseSha256, type Sha256 } from '../../domain/digest.ts';
import { CACHE } from './foundry.ts';

/** What a builder needs minutes for. What is built with it takes seconds, and is built in every lab. */
const SLOW = ['openssl-fips-provider', 'libcrypto3'];
/** The steps that make them. */
export const SLOW_STEPS: readonly BuildStep[] = ['provider', 'core'];
/** Our own part of a build: what was compiled by other sources is compiled again. */
const BUILDS = [
  'activities/build',
  'adapters/apk',
  'adapters/melange',
  'adapters/process',
  'adapters/sandbox',
];
/** For a run that compiles whatever there is. */
const COMPILES_ALWAYS = process.env['FOUNDRY_COMPILE'] !== undefined;

const Compiled = z.object({ packages: z.array(StoredPackage), network: Artifact, log: Artifact });

/**
 * Gives a lab what labs before it compiled on this machine, as results of equal inputs: the release then takes each of them only if all
 * its inputs are the same, by digest.
 */
export async function bringCompiled(state: string): Promise<void> {
  if (!COMPILES_ALWAYS) await copyCompiled(await kept(), state);
}

/** Keeps what a lab has compiled for the labs of later runs. */
export async function keepCompiled(state: string): Promise<void> {
  await copyCompiled(state, await kept());
}

async function kept(): Promise<string> {
  return join(CACHE, 'tests', 'compiled', await sourcesDigest(...BUILDS));
}

async function copyCompiled(from: string, to: string): Promise<void> {
  const [source, target] = [open(from), open(to)];
  for (const inputs of await entriesOf(from)) {
    const result = await source.results.find(inputs);
    const { success, data } = Compiled.safeParse(result);
    if (!success || !data.packages.some(({ name }) => SLOW.includes(name))) continue;
    for (const { digest, mediaType } of [data.network, data.log, ...data.packages.map((one) => one.artifact)])
      await target.store.put(await buffer(await source.store.openRead(digest)), mediaType);
    await target.results.record(inputs, result);
  }
}

function open(state: string) {
  return {
    store: openDirectoryStore(join(state, 'store')),
    results: openDirectoryResults(join(state, 'results')),
  };
}

async function entriesOf(state: string): Promise<Sha256[]> {
  const files = (await ifThere(readdir(join(state, 'results'), { recursive: true }))) ?? [];
  return files.filter((file) => file.endsWith('.json')).map((file) => parseSha256(file.slice(-69, -5), file));
}
