import type { Registry } from '../../adapters/registry/registry.ts';
import type { RecordedRelease } from '../../adapters/temporal-history/recorded.ts';
import type { BuilderKind } from '../../domain/evidence/project.ts';
import type { Attestation } from '../../domain/release/status.ts';
import type { ImageInQuarantine } from '../artifacts/image-in-quarantine.ts';
import type { ReadPlan } from '../plan/read-plan.ts';
import { expectationOfPlan } from '../verify/expectation-of-plan.ts';
import { REQUIREMENTS } from '../verify/requirement.ts';
import { verifyImage } from '../verify/verify-image.ts';
import { notRecorded } from './recorded-work.ts';
import type { Signing } from './sign-once.ts';

/** By what an image in quarantine is verified. */
export interface Verification extends Pick<Signing, 'trustedRoot' | 'identity'> {
  readonly registry: Registry;
  /** `registry/repository` that it will be published in. */
  readonly published: string;
  readonly builder: BuilderKind;
}

interface Quarantined {
  readonly image: ImageInQuarantine;
  readonly release: RecordedRelease;
  readonly read: ReadPlan;
  /** What was signed of it, by the history. */
  readonly recorded: readonly Attestation[];
}

/**
 * Verifies an image in quarantine as a consumer does, with the commit and the lock as the expectation; and what it found attached must be
 * what was signed for it. Throws what {@link verifyImage} throws, FND_NOT_RECORDED.
 */
export async function verifyQuarantined(
  { registry, published, builder, trustedRoot, identity }: Verification,
  { image, release, read, recorded }: Quarantined,
): Promise<void> {
  const { place } = image;
  const { attestations } = await verifyImage(
    { registry, repository: place.repository, digest: place.digest },
    {
      trust: { trustedRoot, identity },
      required: REQUIREMENTS.filter((one) => one !== 'summary'),
      name: published,
      ...expectationOfPlan(read, image, builder),
    },
  );
  const found = Object.values(attestations).map(({ bundle }) => bundle);
  const signed = recorded.map(({ bundle }) => bundle);
  const strange = found.filter((bundle) => !signed.includes(bundle));
  const lost = signed.filter((bundle) => !found.includes(bundle));
  if (strange.length === 0 && lost.length === 0) return;
  throw notRecorded(
    release,
    `attached to ${place.digest} and not signed for it: ${strange.join(', ') || 'nothing'}; signed and not attached: ${lost.join(', ') || 'nothing'}`,
  );
}
