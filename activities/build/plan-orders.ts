import { architectureOf, type Platform, SUITE_PACKAGE, type Variant } from '../../domain/pins/variant.ts';
import { lockedPackages, type LockEntry, type LockedPackage } from '../../domain/pins/lock.ts';
import { sourceDateEpoch } from '../../domain/pins/source.ts';
import type { Artifact } from '../../domain/artifact.ts';
import { FoundryError } from '../../domain/errors.ts';
import { BLUEPRINT_FOLDER } from '../plan/plan-files.ts';
import type { ReadPlan } from '../plan/read-plan.ts';
import { BLUEPRINTS, RECIPE_FILES } from './blueprint.ts';
import type { BuildOrder, ImageOrder } from './build-activities.ts';
import type { BuildStep } from './build-step.ts';
import type { BuilderName } from './builder-profiles.ts';
import type { ImageIdentity } from './finalise-image.ts';
import type { StoredPackage } from './stored-artifacts.ts';
import { valuesFromPins } from './values-from-pins.ts';

/** How images of a profile are called and what they say about themselves. */
export interface ImageMaker {
  readonly vendor: string;
  readonly notice: string | undefined;
}

/** The order for one build of one step. `built` are the packages of earlier steps that this one needs. */
export function packagesOrder(
  read: ReadPlan,
  { platform, builder, step }: { platform: Platform; builder: BuilderName; step: BuildStep },
  built: readonly StoredPackage[],
): BuildOrder {
  const { core, provider } = read.versions;
  return {
    ...commonOrder(read, platform, builder, [BLUEPRINTS[step], ...RECIPE_FILES[step]]),
    step,
    archive: step === 'configuration' ? null : sourceOf(read, step === 'provider' ? 'provider' : 'core'),
    epoch: sourceDateEpoch(step === 'provider' ? provider : core),
    packages: [...stored(lockedPackages(read.lock, 'build', platform)), ...built],
  };
}

/** The order for one image. `own` are the packages that we built; those that are not for it are left out. */
export function imageOrder(
  read: ReadPlan,
  { platform, builder, variant }: { platform: Platform; builder: BuilderName; variant: Variant },
  own: readonly StoredPackage[],
): ImageOrder {
  const fitting = own.filter(
    ({ name }) => name !== SUITE_PACKAGE && (variant === 'development' || name !== 'openssl-dev'),
  );
  return {
    ...commonOrder(read, platform, builder, [BLUEPRINTS.base, BLUEPRINTS[variant]]),
    variant,
    epoch: read.plan.epoch,
    packages: [...stored(lockedPackages(read.lock, variant, platform)), ...fitting],
  };
}

/** What the configuration of a finished image says. */
export function identityOf({ plan, versions }: ReadPlan, variant: Variant, maker: ImageMaker): ImageIdentity {
  const { core, provider, base } = versions;
  return {
    variant,
    coreVersion: core.version,
    providerVersion: provider.version,
    certificate: provider.certificate,
    revision: plan.revision,
    source: plan.source,
    vendor: maker.vendor,
    epoch: plan.epoch,
    ...(variant === 'distroless' ? {} : { base: { name: base.image, digest: base.digest } }),
    ...(maker.notice === undefined ? {} : { labels: { 'dev.foundry.notice': maker.notice } }),
  };
}

/** The layers of the base image of a variant, lowest first; undefined for one that stands on packages alone. */
export function baseLayers(
  { lock }: ReadPlan,
  variant: Variant,
  platform: Platform,
): readonly Artifact[] | undefined {
  if (variant === 'distroless') return undefined;
  const layers = lock.files.filter((file) => file.kind === 'image-layer' && file.platform === platform);
  if (layers.length > 0) return layers.map(artifactOf);
  throw new FoundryError('FND_STALE_LOCK', `the lock names no layer of the base image for ${platform}`);
}

function commonOrder(
  { plan, versions }: ReadPlan,
  platform: Platform,
  builder: BuilderName,
  names: readonly string[],
): Pick<ImageOrder, 'builder' | 'values' | 'blueprints' | 'architecture'> {
  const blueprints = Object.fromEntries(
    names.map((name) => {
      const artifact = plan.files[`${BLUEPRINT_FOLDER}${name}`];
      if (artifact !== undefined) return [name, artifact];
      throw new FoundryError('FND_BAD_INPUT', `commit ${plan.commit} has no ${BLUEPRINT_FOLDER}${name}`);
    }),
  );
  return { builder, blueprints, values: valuesFromPins(versions), architecture: architectureOf(platform) };
}

function sourceOf({ lock }: ReadPlan, step: 'provider' | 'core'): Artifact {
  const found = lock.files.find((file) => file.kind === 'source' && file.name === step);
  if (found !== undefined) return artifactOf(found);
  throw new FoundryError('FND_STALE_LOCK', `the lock names no source of the ${step}`);
}

function stored(packages: readonly LockedPackage[]): StoredPackage[] {
  return packages.map((one) => ({ name: one.name, version: one.version, artifact: artifactOf(one) }));
}

function artifactOf({ sha256: digest, size, mediaType }: LockEntry): Artifact {
  return { digest, size, mediaType };
}
