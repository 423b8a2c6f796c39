import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openPackage } from '../../adapters/apk/package-file.ts';
import { buildPackage } from '../../adapters/melange/build-package.ts';
import {
  type NetworkEvidence,
  probeSandboxNetwork,
  requireIsolation,
} from '../../adapters/sandbox/network-evidence.ts';
import { type Sha256, sha256 } from '../../domain/digest.ts';
import type { Architecture } from '../../domain/pins/variant.ts';
import type { Report } from '../../domain/report.ts';
import { BLUEPRINTS, type BlueprintValues, readBlueprint, RECIPE_FILES } from './blueprint.ts';
import { builderEnvironmentFile, type BuilderName, type BuilderProfile } from './builder-profiles.ts';
import { makeClosedRepository, type PackageOnDisk } from './closed-repository.ts';

/** A package that a builder made. */
export interface BuiltPackage extends PackageOnDisk {
  readonly size: number;
}

/** What OpenSSL is built from. All files are verified by their digests before anything runs. */
export interface BuildOrder {
  readonly values: BlueprintValues;
  /** The folder of the blueprints. */
  readonly images: string;
  /** The closure that OpenSSL is built in. */
  readonly environment: readonly PackageOnDisk[];
  readonly sources: { readonly provider: OrderedSource; readonly core: OrderedSource };
  readonly architecture: Architecture;
}

/** One source archive. */
export interface OrderedSource {
  readonly path: string;
  /** Seconds since 1970: the time of what is built from it. */
  readonly epoch: number;
}

/** What does the work: tools, a folder, and somebody to tell. */
export interface BuildDeps {
  readonly melange: string;
  /** Where builders work. Each gets a folder of its own in it. */
  readonly scratch: string;
  readonly report: Report;
  readonly signal?: AbortSignal | undefined;
  /** Called with each line that melange says. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** One of the two builds that a builder does. */
export const BUILD_STEPS = ['provider', 'core'] as const;
export type BuildStep = (typeof BUILD_STEPS)[number];

/** What one step of one builder made, and that it had no network. */
export interface StepResult {
  readonly builder: BuilderName;
  readonly step: BuildStep;
  readonly packages: readonly BuiltPackage[];
  readonly network: NetworkEvidence;
  readonly seconds: number;
}

/**
 * Builds the provider, then the core against it, in the sandbox of one builder.
 * Throws what {@link buildStep} throws.
 */
export async function buildPackages(
  profile: BuilderProfile,
  order: BuildOrder,
  deps: BuildDeps,
): Promise<readonly [StepResult, StepResult]> {
  const provider = await buildStep('provider', profile, order, deps);
  const environment = [...order.environment, ...provider.packages];
  return [provider, await buildStep('core', profile, { ...order, environment }, deps)];
}

/**
 * Does one build in the sandbox of one builder; the core's environment must hold the provider's package. First a probe tries to
 * leave the same sandbox. Files stay in the builder's folder under `scratch` until the step is done again.
 * Throws FND_NOT_HERMETIC when the probe got out, FND_DIGEST_MISMATCH for an input that is not what it must be, FND_TOOL_FAILED.
 */
export async function buildStep(
  step: BuildStep,
  profile: BuilderProfile,
  order: BuildOrder,
  deps: BuildDeps,
): Promise<StepResult> {
  const start = performance.now();
  const inputs = join(deps.scratch, `builder-${profile.name}`, `${step}-inputs`);
  const folder = join(deps.scratch, `builder-${profile.name}`, step);
  await Promise.all([inputs, folder].map((path) => rm(path, { recursive: true, force: true })));
  await mkdir(join(folder, 'tmp'), { recursive: true });

  const { environment } = profile;
  const network = await probeSandboxNetwork(profile.name, { environment, folder, signal: deps.signal });
  requireIsolation(network);
  deps.report(
    `builder ${profile.name} has no network: ${network.inside.attempts.length} attempts to leave it failed`,
  );

  const { path, epoch } = order.sources[step];
  const { version, sha256: expected } = order.values[step];
  const file = BLUEPRINTS[step];
  const text = await readBlueprint(order.images, file, order.values);
  const recipe = await readRecipeFiles(order.images);
  const repository = await makeClosedRepository(inputs, order.environment, order.architecture);
  deps.report(`builder ${profile.name} builds the ${step}, OpenSSL ${version}, with ${profile.jobs} jobs`);
  const paths = await buildPackage({
    melange: deps.melange,
    environment,
    folder,
    blueprint: { file, text, digest: blueprintDigest(text, recipe) },
    recipeFiles: new Map([...recipe, ['builder.env', Buffer.from(builderEnvironmentFile(profile))]]),
    repository,
    source: { path, sha256: expected },
    architecture: order.architecture,
    epoch,
    signal: deps.signal,
    onLine: deps.onLine,
  });
  const packages = await Promise.all(paths.map(readBuilt));
  return {
    builder: profile.name,
    step,
    packages,
    network,
    seconds: Math.round((performance.now() - start) / 1000),
  };
}

async function readRecipeFiles(images: string): Promise<Map<string, Uint8Array>> {
  const read = RECIPE_FILES.map(async (name) => [name, await readFile(join(images, name))] as const);
  return new Map(await Promise.all(read));
}

/** Names a filled blueprint and the files it takes along. */
function blueprintDigest(text: string, recipe: ReadonlyMap<string, Uint8Array>): Sha256 {
  const parts = [...recipe].map(([name, content]) => `${name} ${sha256(content)}\n`);
  return sha256(`${sha256(text)}\n${parts.join('')}`);
}

async function readBuilt(path: string): Promise<BuiltPackage> {
  const bytes = await readFile(path);
  const { info } = await openPackage(bytes, path);
  return { name: info.name, version: info.version, path, sha256: sha256(bytes), size: bytes.length };
}
