import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openPackage } from '../../adapters/apk/package-file.ts';
import { buildPackage, MELANGE_LOG } from '../../adapters/melange/build-package.ts';
import {
  type NetworkEvidence,
  probeSandboxNetwork,
  requireIsolation,
} from '../../adapters/sandbox/network-evidence.ts';
import { type Sha256, sha256 } from '../../domain/digest.ts';
import type { Architecture } from '../../domain/pins/variant.ts';
import type { Report } from '../../domain/report.ts';
import {
  BLUEPRINTS,
  type Blueprints,
  type BlueprintValues,
  fillNamed,
  RECIPE_FILES,
  textOf,
} from './blueprint.ts';
import { builderEnvironmentFile, type BuilderName, type BuilderProfile } from './builder-profiles.ts';
import { makeClosedRepository, type PackageOnDisk } from './closed-repository.ts';
import { watchNetwork } from './watch-network.ts';
import { watchSelfTests } from './watch-self-tests.ts';

/**
 * One of the builds that a builder does: the provider, the core, then what makes the core use the provider, and what images are tested
 * with.
 */
export const BUILD_STEPS = ['provider', 'core', 'configuration', 'suite'] as const;
export type BuildStep = (typeof BUILD_STEPS)[number];

/** What is built, and from what. All files are verified by their digests before anything runs. */
export interface StepOrder {
  readonly step: BuildStep;
  readonly values: BlueprintValues;
  readonly blueprints: Blueprints;
  /** The closure that OpenSSL is built in; for the configuration and the suite, what they are built with, too. */
  readonly environment: readonly PackageOnDisk[];
  /** The archive to build; the configuration has none. */
  readonly source?: { readonly path: string; readonly sha256: Sha256 } | undefined;
  /** Seconds since 1970: the time of what is built. */
  readonly epoch: number;
  readonly architecture: Architecture;
}

/** What does the work: the tool, a folder, and somebody to tell. */
export interface StepDeps {
  /** The melange program. */
  readonly melange: string;
  /** Where builders work. Each step of each builder gets a folder of its own in it. */
  readonly scratch: string;
  readonly report: Report;
  readonly signal?: AbortSignal | undefined;
  /** Called with each line that melange says. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** A package that a builder made. */
export interface BuiltPackage extends PackageOnDisk {
  readonly size: number;
}

/** What one step of one builder made, and that it had no network. */
export interface StepResult {
  readonly builder: BuilderName;
  readonly step: BuildStep;
  readonly packages: readonly BuiltPackage[];
  readonly network: NetworkEvidence;
  /** The file of what melange said. */
  readonly log: string;
  readonly seconds: number;
}

/**
 * Does one build in the sandbox of one builder. First a probe tries to leave the same sandbox. What was made stays in the builder's
 * folder under `scratch`, with melange's log, until the step is done again.
 * Throws FND_NOT_HERMETIC when the probe got out or the recipe failed for want of a network, FND_DIGEST_MISMATCH for an input that is not what it must be, FND_SELF_TEST_FAILED
 * when fipsinstall refused the module, FND_TOOL_FAILED.
 */
export async function buildStep(
  profile: BuilderProfile,
  order: StepOrder,
  deps: StepDeps,
): Promise<StepResult> {
  const start = performance.now();
  const { step, values, blueprints, source, architecture } = order;
  const { name, environment, jobs } = profile;
  const inputs = join(deps.scratch, `builder-${name}`, `${step}-inputs`);
  const folder = join(deps.scratch, `builder-${name}`, step);
  await Promise.all([inputs, folder].map((path) => rm(path, { recursive: true, force: true })));
  await mkdir(join(folder, 'tmp'), { recursive: true });

  const network = await probeSandboxNetwork(name, { environment, folder, signal: deps.signal });
  requireIsolation(network);
  deps.report(
    `builder ${name} has no network: ${network.inside.attempts.length} attempts to leave it failed`,
  );

  const file = BLUEPRINTS[step];
  const text = fillNamed(blueprints, file, values);
  const recipe = RECIPE_FILES[step].map((one) => [one, textOf(blueprints, one)] as const);
  const repository = await makeClosedRepository(inputs, order.environment, architecture);
  deps.report(`builder ${name} builds the ${step} with ${jobs} jobs`);
  const selfTests = watchSelfTests(deps.onLine);
  const reach = watchNetwork(selfTests.onLine);
  const paths = await buildPackage({
    melange: deps.melange,
    environment,
    folder,
    blueprint: { file, text, digest: blueprintDigest(text, recipe) },
    recipeFiles: new Map([...recipe, ['builder.env', builderEnvironmentFile(profile)]]),
    repository,
    ...(source === undefined ? {} : { source }),
    architecture,
    epoch: order.epoch,
    signal: deps.signal,
    onLine: reach.onLine,
  }).catch((error: unknown) => {
    throw reach.failure(selfTests.failure(error));
  });
  const packages = await Promise.all(paths.map(readBuilt));
  const seconds = Math.round((performance.now() - start) / 1000);
  return { builder: name, step, packages, network, log: join(folder, MELANGE_LOG), seconds };
}

/** Names a filled blueprint and the files it takes along. */
function blueprintDigest(text: string, recipe: readonly (readonly [string, string])[]): Sha256 {
  const parts = recipe.map(([name, content]) => `${name} ${sha256(content)}\n`);
  return sha256(`${sha256(text)}\n${parts.join('')}`);
}

async function readBuilt(path: string): Promise<BuiltPackage> {
  const bytes = await readFile(path);
  const { info } = await openPackage(bytes, path);
  return { name: info.name, version: info.version, path, sha256: sha256(bytes), size: bytes.length };
}
