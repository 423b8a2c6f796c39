import { CancellationScope, executeChild, log, workflowInfo } from '@temporalio/workflow';
import type { BuilderName } from '../../activities/build/builder-profiles.ts';
import type { BuildStep } from '../../activities/build/build-step.ts';
import type { StoredPackage } from '../../activities/build/stored-artifacts.ts';
import type { FinishedImage } from '../../activities/build/construct-activities.ts';
import type { ImageInQuarantine } from '../../activities/artifacts/image-in-quarantine.ts';
import { imageWorkflowId } from '../../domain/pins/identity.ts';
import type { Platform, Variant } from '../../domain/pins/variant.ts';
import type { OpenedPlan, ReleaseInput } from '../../domain/release/plan.ts';
import type { constructImage } from '../construct-image.ts';
import { constructOn, joinImages, pushImage, removeImage } from './activities.ts';
import { allOrNone } from './all-or-none.ts';
import { childOptions } from './child-options.ts';
import { problemOf } from './problem-of.ts';
import type { ReleaseRun } from './release-run.ts';
import type { Saga } from './saga.ts';

/** An image that was composed and finished: in the store. */
interface ConstructedImage extends Omit<ImageInQuarantine, 'place'> {
  readonly own: readonly StoredPackage[];
}

/** An image with the packages that we built for it, in quarantine. */
export interface QuarantinedImage extends ImageInQuarantine {
  readonly own: readonly StoredPackage[];
}

/** What activities are told of an image: what only the workflow knows of it stays here. */
export function inQuarantine({
  plan,
  variant,
  platform,
  image,
  place,
}: ImageInQuarantine): ImageInQuarantine {
  return { plan, variant, platform, image, place };
}

interface Construction {
  readonly run: ReleaseRun;
  readonly saga: Saga;
  readonly input: ReleaseInput;
  readonly plan: OpenedPlan;
}

/**
 * Stage 2: packages by two builders on each platform, then every image by two builders, then all of them into quarantine, a variant as one
 * index over all its platforms.
 */
export async function construct(construction: Construction): Promise<QuarantinedImage[]> {
  const { plan } = construction;
  const images = await allOrNone(
    plan.platforms.map((platform) => async () => {
      const own = await constructPackages(construction, platform);
      return await allOrNone(
        plan.variants.map((variant) => () => constructOne(construction, { platform, variant, own })),
      );
    }),
  );
  const variants = Map.groupBy(images.flat(), ({ variant }) => variant);
  const quarantined = await allOrNone(
    [...variants].map(([variant, those]) => async () => {
      return await quarantine(construction, variant, await joined(construction, variant, those));
    }),
  );
  return quarantined.flat();
}

async function constructPackages(
  { run, plan: { plan }, input }: Construction,
  platform: Platform,
): Promise<readonly StoredPackage[]> {
  const { buildPackages, comparePackages } = constructOn(platform);
  const build = async (builder: BuilderName, step: BuildStep, built: readonly StoredPackage[]) => {
    const name = `${step} by builder ${builder} (${platform})`;
    const order = { plan, platform, builder, step, built, isRebuild: input.isRebuild };
    const { packages } = await run.part(
      'construct',
      name,
      () => buildPackages.executeWithOptions({ summary: name }, [order]),
      ({ seconds, isReused }) =>
        isReused ? 'reused: equal inputs' : `built in ${seconds} s, without a network`,
    );
    return packages;
  };
  const byBoth = async (
    step: BuildStep,
    built: readonly StoredPackage[],
  ): Promise<readonly StoredPackage[]> => {
    const [a = [], b = []] = await allOrNone([() => build('a', step, built), () => build('b', step, built)]);
    const name = `${step} compared (${platform})`;
    await run.part(
      'construct',
      name,
      () => comparePackages.executeWithOptions({ summary: name }, [{ a, b }]),
      (outcome) => outcome,
    );
    return a;
  };
  const [provider = [], core = []] = await allOrNone([
    () => byBoth('provider', []),
    () => byBoth('core', []),
  ]);
  const built = [...provider, ...core];
  const [configuration = [], suite = []] = await allOrNone([
    () => byBoth('configuration', built),
    () => byBoth('suite', core),
  ]);
  return [...built, ...configuration, ...suite];
}

async function constructOne(
  { run, plan: { plan }, input }: Construction,
  { platform, variant, own }: { platform: Platform; variant: Variant; own: readonly StoredPackage[] },
): Promise<ConstructedImage> {
  const { image } = await run.part(
    'construct',
    `${variant} (${platform})`,
    () =>
      executeChild<typeof constructImage>('constructImage', {
        ...childOptions(`${imageWorkflowId(input, variant, platform)}-construct`, input, variant),
        args: [{ plan, platform, variant, own, isRebuild: input.isRebuild }],
      }),
    ({ outcome }: FinishedImage) => outcome,
  );
  if (image === null) throw new Error('an image that passed is there');
  return { plan, variant, platform, image, own };
}

/** The images of a variant under one index; one for a single platform has the index that it needs. */
async function joined(
  { run }: Construction,
  variant: Variant,
  images: readonly ConstructedImage[],
): Promise<readonly ConstructedImage[]> {
  if (images.length === 1) return images;
  const name = `${variant} joined (${platformsOf(images)})`;
  const order = { variant, images: images.map(({ platform, image }) => ({ platform, image })) };
  const { index } = await run.part(
    'construct',
    name,
    () => joinImages.executeWithOptions({ summary: name }, [order]),
    ({ index: { digest } }) => `one index, ${digest}`,
  );
  return images.map((one) => ({ ...one, image: { ...one.image, index } }));
}

async function quarantine(
  { run, saga }: Construction,
  variant: Variant,
  images: readonly ConstructedImage[],
): Promise<QuarantinedImage[]> {
  const place = placeOf(variant);
  const name = `${variant} (${platformsOf(images)}) into quarantine`;
  for (const { platform, image } of images) {
    saga.beforeStep(`${variant} (${platform}) taken out of quarantine`, () =>
      removeImage.executeWithOptions({ summary: `take ${variant} (${platform}) back` }, [{ image, place }]),
    );
  }
  const [image, ...beside] = images.map((one) => one.image);
  if (image === undefined) throw new Error('a variant has images');
  const order = { image, place, ...(beside.length === 0 ? {} : { beside }) };
  const pushed = await run.part(
    'construct',
    name,
    () => pushImage.executeWithOptions({ summary: name }, [order]),
    ({ registry, repository, digest }) => `${registry}/${repository}@${digest}`,
  );
  for (const { platform } of images)
    run.placed({ variant, platform, ...pushed, tag: null, attestations: [] });
  return images.map((one) => ({ ...one, place: pushed }));
}

function platformsOf(images: readonly ConstructedImage[]): string {
  return images.map(({ platform }) => platform).join(', ');
}

/** Takes images out of quarantine that readers find elsewhere by now. One that stays is logged: the release is no worse for it. */
export async function emptyQuarantine(images: readonly QuarantinedImage[]): Promise<void> {
  await CancellationScope.nonCancellable(async () => {
    for (const { variant, platform, image } of images) {
      const summary = `take ${variant} (${platform}) out of quarantine`;
      try {
        await removeImage.executeWithOptions({ summary }, [{ image, place: placeOf(variant) }]);
      } catch (error) {
        log.warn('an image stays in quarantine', { variant, platform, message: problemOf(error).message });
      }
    }
  });
}

/** Each run of a release has repositories of its own, so that it can empty them. */
function placeOf(variant: Variant): { run: string; variant: Variant } {
  return { run: workflowInfo().firstExecutionRunId.slice(0, 8), variant };
}
