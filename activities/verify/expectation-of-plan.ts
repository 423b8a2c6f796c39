import { BUILDER_IDS, type BuilderKind } from '../../domain/evidence/project.ts';
import { sourceUri } from '../../domain/evidence/provenance.ts';
import type { Platform, Variant } from '../../domain/pins/variant.ts';
import type { ReadPlan } from '../plan/read-plan.ts';
import type { ImageExpectation } from './verify-image.ts';

/** What a plan says of one of its images: how it must have come to be, and from what. */
export function expectationOfPlan(
  { plan, lock }: ReadPlan,
  { variant, platform }: { readonly variant: Variant; readonly platform: Platform },
  builder: BuilderKind,
): Required<Pick<ImageExpectation, 'provenance' | 'lock'>> {
  return {
    provenance: {
      builders: [BUILDER_IDS[builder]],
      source: sourceUri(plan.source),
      commit: plan.commit,
      version: plan.version,
      variant,
      platform,
    },
    lock,
  };
}
