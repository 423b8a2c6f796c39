import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BLUEPRINTS, fillNamed, RECIPE_FILES, textOf } from '../../../activities/build/blueprint.ts';
import {
  buildStep,
  type StepDeps,
  type StepOrder,
  type StepResult,
} from '../../../activities/build/build-step.ts';
import type { BuilderProfile } from '../../../activities/build/builder-profiles.ts';
import { controlChecksum, openPackage } from '../../../adapters/apk/package-file.ts';
import { linkOrCopy } from '../../../adapters/files/link-or-copy.ts';
import { writeDirectoryAtomic, writeFileAtomic } from '../../../adapters/files/write-atomic.ts';
import { type Sha256, sha256 } from '../../../domain/digest.ts';
import type { LabOrder } from './lab-order.ts';

/** All steps of one builder, from the sources of a lab: the provider, the core, and the configuration that is built with both. */
export async function cachedSteps(
  cache: string,
  profile: BuilderProfile,
  { order, sources }: LabOrder,
  deps: StepDeps,
): Promise<readonly [provider: StepResult, core: StepResult, configuration: StepResult]> {
  const provider = await cachedStep(
    cache,
    profile,
    { ...order, step: 'provider', ...sources.provider },
    deps,
  );
  const core = await cachedStep(cache, profile, { ...order, step: 'core', ...sources.core }, deps);
  const environment = [...order.environment, ...provider.packages, ...core.packages];
  const configuration = await cachedStep(
    cache,
    profile,
    { ...order, step: 'configuration', environment, epoch: sources.core.epoch },
    deps,
  );
  return [provider, core, configuration];
}

/**
 * Does a build step, or takes what an earlier run with equal inputs made: building OpenSSL takes minutes. The signatures of the
 * environment's packages are not among the inputs, because each lab has a key of its own and a build does not see them.
 */
async function cachedStep(
  cache: string,
  profile: BuilderProfile,
  order: StepOrder,
  deps: StepDeps,
): Promise<StepResult> {
  const folder = join(
    cache,
    'construct-test',
    `${order.step}-${profile.name}-${await keyOf(profile, order)}`,
  );
  const kept = await readFile(join(folder, 'result.json'), 'utf8').catch(() => undefined);
  if (kept !== undefined) {
    const result = JSON.parse(kept) as StepResult;
    return {
      ...result,
      packages: result.packages.map((one) => ({ ...one, path: join(folder, basename(one.path)) })),
    };
  }
  const result = await buildStep(profile, order, deps);
  await writeDirectoryAtomic(folder, async (aside) => {
    for (const { path } of result.packages) await linkOrCopy(path, join(aside, basename(path)));
    await writeFileAtomic(join(aside, 'result.json'), JSON.stringify(result));
  });
  return result;
}

async function keyOf(profile: BuilderProfile, order: StepOrder): Promise<Sha256> {
  const { step, blueprints, values, environment, epoch } = order;
  const blueprint = fillNamed(blueprints, BLUEPRINTS[step], values);
  const recipe = RECIPE_FILES[step].map((name) => textOf(blueprints, name));
  const packages = await Promise.all(
    environment.map(async ({ path }) =>
      controlChecksum((await openPackage(await readFile(path), path)).control),
    ),
  );
  return sha256(JSON.stringify([blueprint, recipe, packages, profile, epoch]));
}
