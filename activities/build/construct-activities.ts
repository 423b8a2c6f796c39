import { z } from 'zod';
import type { ResultIndex } from '../../adapters/results/result-index.ts';
import { storeOutcome } from '../../adapters/store/store-outcome.ts';
import { Artifact } from '../../domain/artifact.ts';
import { type OciDigest, ociDigest, type Sha256, sha256 } from '../../domain/digest.ts';
import type { Platform, Variant } from '../../domain/pins/variant.ts';
import { OciDigestText } from '../../domain/pins/values.ts';
import { type Check, StageOutcome } from '../../domain/release/check.ts';
import { StoredImage } from '../artifacts/stored-image.ts';
import { type ReadPlan, readPlan } from '../plan/read-plan.ts';
import {
  type BuildActivities,
  type BuildDependencies,
  type Comparison,
  type BuildOrder,
  type FinishOutcome,
  createBuildActivities,
  fetchBlueprints,
  type ImageOrder,
} from './build-activities.ts';
import { fillNamed, textOf } from './blueprint.ts';
import type { BuildStep } from './build-step.ts';
import type { BuilderName } from './builder-profiles.ts';
import { baseLayers, identityOf, type ImageMaker, imageOrder, packagesOrder } from './plan-orders.ts';
import { providerDigest } from './provider-digest.ts';
import { reuseOr } from '../artifacts/reuse.ts';
import { sourcesDigest } from '../artifacts/sources-digest.ts';
import { StoredPackage } from './stored-artifacts.ts';

/** What construction by a plan needs from whoever runs it. */
export interface ConstructDependencies extends BuildDependencies {
  readonly results: ResultIndex;
  readonly maker: ImageMaker;
  /** The digest of a tool that builds: a result is reused only when the same tool made it. */
  readonly toolDigest: (name: 'melange' | 'apko') => Promise<Sha256>;
}

interface PackagesOrder {
  readonly plan: Artifact;
  readonly platform: Platform;
  readonly builder: BuilderName;
  readonly step: BuildStep;
  /** For the configuration and the suite: what earlier steps made, which they are built with. */
  readonly built: readonly StoredPackage[];
  readonly isRebuild: boolean;
}

/** One image of a release. */
export interface VariantOrder {
  readonly plan: Artifact;
  readonly platform: Platform;
  readonly variant: Variant;
  /** The packages that we built. */
  readonly own: readonly StoredPackage[];
}

const BuiltPackages = z.strictObject({
  packages: z.array(StoredPackage).readonly(),
  /** The evidence that the builder had no network, JSON. */
  network: Artifact,
  /** What the builder said. */
  log: Artifact,
  seconds: z.number(),
});

/** What one builder made in one step. */
type BuiltPackages = z.infer<typeof BuiltPackages> & { readonly isReused: boolean };

/** What a finished image is; one that did not pass is not finished. */
export interface FinishedImage {
  readonly outcome: StageOutcome;
  readonly image: StoredImage | null;
  /** The digest of its index. */
  readonly digest: OciDigest | null;
}

/** Stage 2 by a plan. Every activity may be repeated at any time, and reuses results of equal inputs. */
export interface ConstructActivities {
  /** Throws FND_NOT_HERMETIC, FND_DIGEST_MISMATCH, FND_ARTIFACT_MISSING, FND_SELF_TEST_FAILED, FND_TOOL_FAILED. */
  readonly buildPackages: (order: PackagesOrder) => Promise<BuiltPackages>;
  /** Whether two builders made the same bytes. */
  readonly comparePackages: (order: {
    readonly a: readonly StoredPackage[];
    readonly b: readonly StoredPackage[];
  }) => Promise<StageOutcome>;
  /** Throws FND_UNRESOLVED, FND_DIGEST_MISMATCH, FND_ARTIFACT_MISSING, FND_TOOL_FAILED. */
  readonly composeImage: (
    order: VariantOrder & { readonly builder: BuilderName; readonly isRebuild: boolean },
  ) => Promise<StoredImage>;
  readonly compareImages: (order: {
    readonly a: StoredImage;
    readonly b: StoredImage;
    readonly variant: Variant;
  }) => Promise<StageOutcome>;
  /** Looks through the image and compares it with its base; when all is well, writes what apko cannot write. */
  readonly finishImage: (order: FinishOrder) => Promise<FinishedImage>;
}

interface FinishOrder extends VariantOrder {
  /** As it was composed. */
  readonly image: StoredImage;
  readonly isRebuild: boolean;
}

/** The activities of stage 2 with what they work on. */
export function createConstructActivities(dependencies: ConstructDependencies): ConstructActivities {
  const { store } = dependencies;
  const build = createBuildActivities(dependencies);
  return {
    buildPackages: (order) => buildPackages(dependencies, build, order),
    comparePackages: async ({ a, b }) =>
      storeOutcome(store, [equalCheck('packages', await build.comparePackages(a, b))]),
    composeImage: async (order) => {
      const { platform, builder, variant, own, isRebuild } = order;
      const composed = imageOrder(await readPlan(store, order.plan), { platform, builder, variant }, own);
      const inputs = await inputsOf(dependencies, composed, 'apko');
      return (
        await reuseOr({ ...dependencies, isRebuild }, inputs, StoredImage, () => build.compose(composed))
      ).result;
    },
    compareImages: async ({ a, b, variant }) =>
      storeOutcome(store, [equalCheck(variant, await build.compareImages(a, b, variant))]),
    finishImage: async (order) => finishImage(dependencies, build, order, await readPlan(store, order.plan)),
  };
}

/** Everything that a result depends on: the blueprints as they are filled, so that a pin which none of them asks for does not count. */
async function inputsOf(
  { store, toolDigest }: ConstructDependencies,
  { values, blueprints, ...order }: BuildOrder | ImageOrder,
  tool: 'melange' | 'apko',
): Promise<object> {
  const texts = await fetchBlueprints(store, blueprints);
  const filled = [...texts.keys()].map((file) => [
    file,
    sha256(file.endsWith('.yaml') ? fillNamed(texts, file, values) : textOf(texts, file)),
  ]);
  return {
    format: 1,
    tool,
    toolDigest: await toolDigest(tool),
    blueprints: Object.fromEntries(filled),
    ...order,
  };
}

async function buildPackages(
  dependencies: ConstructDependencies,
  build: BuildActivities,
  order: PackagesOrder,
): Promise<BuiltPackages> {
  const { platform, builder, step, built, isRebuild } = order;
  const planned = packagesOrder(
    await readPlan(dependencies.store, order.plan),
    { platform, builder, step },
    built,
  );
  const inputs = await inputsOf(dependencies, planned, 'melange');
  const { result, isReused } = await reuseOr(
    { ...dependencies, isRebuild },
    inputs,
    BuiltPackages,
    async () => BuiltPackages.parse(await build.build(planned)),
  );
  if (isReused) dependencies.report(`builder ${builder} has built the ${step} from equal inputs before`);
  return { ...result, isReused };
}

/** Our own part of finishing: who looks through an image, and what with. */
const FINISHES = ['activities/build', 'adapters/oci-layout', 'adapters/elf', 'adapters/apk'];
/** One that did not pass is looked through again whenever it is asked for. */
const Finished = z.strictObject({
  outcome: z.strictObject({ ...StageOutcome.shape, verdict: z.literal('pass') }),
  image: StoredImage,
  digest: OciDigestText,
});

async function finishImage(
  dependencies: ConstructDependencies,
  build: BuildActivities,
  order: FinishOrder,
  read: ReadPlan,
): Promise<FinishedImage> {
  const { platform, variant, image, own, isRebuild } = order;
  const base = baseLayers(read, variant, platform);
  const work = {
    image,
    identity: identityOf(read, variant, dependencies.maker),
    ...(base === undefined ? {} : { base }),
  };
  const inputs = { format: 1, finish: work, own, rules: await sourcesDigest(...FINISHES) };
  return (
    await reuseOr<FinishedImage>({ ...dependencies, isRebuild }, inputs, Finished, async () =>
      judged(dependencies, order, {
        base,
        finished: await build.finish({ ...work, provider: await providerDigest(dependencies.store, own) }),
      }),
    )
  ).result;
}

async function judged(
  { store }: ConstructDependencies,
  { variant }: FinishOrder,
  { base, finished }: { base: readonly Artifact[] | undefined; finished: FinishOutcome },
): Promise<FinishedImage> {
  const check = { id: 'CONSTRUCT-CONTENTS', title: `${variant} holds what it must, and nothing else` };
  if (finished.verdict === 'fail') {
    const checks = finished.reasons.map((detail) => ({ ...check, verdict: 'fail' as const, detail }));
    return { outcome: await storeOutcome(store, checks), image: null, digest: null };
  }
  const passed = {
    ...check,
    verdict: 'pass' as const,
    detail: `one libcrypto, one provider module${base === undefined ? '' : ', its base byte for byte'}`,
  };
  return {
    outcome: await storeOutcome(store, [passed]),
    image: finished.image,
    digest: ociDigest(finished.image.index.digest),
  };
}

const MOST_SHOWN = 10;

function equalCheck(what: string, { verdict, differences }: Comparison): Check {
  const shown = differences
    .slice(0, MOST_SHOWN)
    .map(({ where, what: how, sections }) =>
      sections === undefined ? `${where}: ${how}` : `${where}: ${how} in ${sections.join(', ')}`,
    );
  const more = differences.length > MOST_SHOWN ? [`and ${differences.length - MOST_SHOWN} more`] : [];
  return {
    id: 'CONSTRUCT-EQUAL',
    title: `both builders made the same bytes: ${what}`,
    verdict,
    detail: verdict === 'pass' ? 'equal, byte for byte' : [...shown, ...more].join('\n'),
  };
}
