import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { sourcesDigest } from '../../activities/artifacts/sources-digest.ts';
import type { BuildStep } from '../../activities/build/build-step.ts';
import { StoredPackage } from '../../activities/build/stored-artifacts.ts';
import { ifThere } from '../../adapters/files/if-there.ts';
import { ANONYMOUS } from '../../adapters/registry/credentials.ts';
import type { ResultIndex } from '../../adapters/results/result-index.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { openResults, openStore } from '../../adapters/store/open-store.ts';
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

/** Where builders keep what they made, and find what they made before. */
interface Kept {
  readonly store: ArtifactStore;
  readonly results: ResultIndex;
}

/**
 * Gives a lab what labs before it compiled on this machine, as results of equal inputs: a release then takes each of them only if all
 * its inputs are the same, by digest.
 */
export async function bringCompiled(to: string | Kept): Promise<void> {
  if (!COMPILES_ALWAYS) await copyCompiled(await ofThisMachine(), typeof to === 'string' ? keptIn(to) : to);
}

/** Keeps what a lab has compiled for the labs of later runs. */
export async function keepCompiled(state: string): Promise<void> {
  await copyCompiled(state, keptIn(await ofThisMachine()));
}

async function ofThisMachine(): Promise<string> {
  return join(CACHE, 'tests', 'compiled', await sourcesDigest(...BUILDS));
}

async function copyCompiled(from: string, to: Kept): Promise<void> {
  const { store, results } = keptIn(from);
  for (const inputs of await entriesOf(from)) {
    const result = await results.find(inputs);
    const { success, data } = Compiled.safeParse(result);
    if (!success || !data.packages.some(({ name }) => SLOW.includes(name))) continue;
    for (const { digest, mediaType } of [data.network, data.log, ...data.packages.map((one) => one.artifact)])
      await to.store.put(await buffer(await store.openRead(digest)), mediaType);
    await to.results.record(inputs, result);
  }
}

function keptIn(state: string): Kept {
  const place = { kind: 'directory' } as const;
  return { store: openStore(place, state, ANONYMOUS), results: openResults(place, state, ANONYMOUS) };
}

async function entriesOf(state: string): Promise<Sha256[]> {
  const files = (await ifThere(readdir(join(state, 'results'), { recursive: true }))) ?? [];
  return files.filter((file) => file.endsWith('.json')).map((file) => parseSha256(file.slice(-69, -5), file));
}
