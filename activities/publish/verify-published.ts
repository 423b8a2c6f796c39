import type { Registry } from '../../adapters/registry/registry.ts';
import { storeOutcome } from '../../adapters/store/store-outcome.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import type { BuilderKind } from '../../domain/evidence/project.ts';
import type { StageOutcome } from '../../domain/release/check.ts';
import type { Artifact } from '../../domain/artifact.ts';
import { readPlan } from '../plan/read-plan.ts';
import type { Trust } from '../verify/evidence.ts';
import { expectationOfPlan } from '../verify/expectation-of-plan.ts';
import { REQUIREMENTS } from '../verify/requirement.ts';
import { examineImage } from '../verify/verify-image.ts';
import type { PromotedImage } from './promote-images.ts';
import { requireTags } from './tags.ts';

/** What reading as a consumer needs from whoever runs it. */
export interface ConsumerDependencies {
  readonly store: ArtifactStore;
  readonly registry: Registry;
  readonly trust: Trust;
  readonly builder: BuilderKind;
}

/** A last look from outside. May be repeated at any time. */
export interface ConsumerActivities {
  /**
   * Reads an image by its tag, as a consumer does, and verifies everything that a consumer can. Throws FND_TAG_MOVED when the tag leads
   * elsewhere by now, and what reading throws.
   */
  readonly verifyPublished: (order: {
    readonly plan: Artifact;
    readonly image: PromotedImage;
  }) => Promise<StageOutcome>;
}

/** The activity with what it works on. */
export function createConsumerActivities(dependencies: ConsumerDependencies): ConsumerActivities {
  return { verifyPublished: (order) => verifyPublished(dependencies, order) };
}

async function verifyPublished(
  { store, registry, trust, builder }: ConsumerDependencies,
  { plan, image }: Parameters<ConsumerActivities['verifyPublished']>[0],
): Promise<StageOutcome> {
  const { repository, tag, digest } = image;
  await requireTags({ registry, repository }, [{ tag, digest }]);
  const { checks } = await examineImage(
    { registry, repository, digest },
    {
      trust,
      required: REQUIREMENTS,
      name: `${registry.host}/${repository}`,
      ...expectationOfPlan(await readPlan(store, plan), image, builder),
    },
  );
  await requireTags({ registry, repository }, [{ tag, digest }]);
  return await storeOutcome(store, checks);
}
