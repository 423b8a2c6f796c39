import { BUILDER_IDS, type BuilderKind } from '../../domain/evidence/project.ts';
import { newestRecordTag, tagOf } from '../../domain/pins/identity.ts';
import type { ReleasedImage, ReleaseStatus } from '../../domain/release/status.ts';
import type { WithdrawalTarget, WithdrawnImage } from '../../domain/withdrawal/contract.ts';
import type { Trust } from '../verify/evidence.ts';
import { REQUIREMENTS } from '../verify/requirement.ts';
import { examineImage } from '../verify/verify-image.ts';
import {
  type PublishedRecord,
  publishedRecord,
  publishedRecords,
  type TrustedPlace,
} from './published-records.ts';
import type { TagMove, TagState } from './tags.ts';

/** What a withdrawal comes down to, from what is published. */
export interface WithdrawalPlan {
  readonly images: readonly WithdrawnImage[];
  /** The tags that may lead to what is withdrawn, with what they lead to then. */
  readonly tags: readonly TagMove[];
  /** Where each is to lead; null for one that is to go. */
  readonly previous: readonly TagState[];
  /** The commit of the release that takes its place; null where none is good. */
  readonly replacement: string | null;
}

/** Where to look, and who must have built what takes the place. */
export interface WithdrawalPlace extends TrustedPlace {
  readonly trust: Trust;
  readonly builder: BuilderKind;
}

/**
 * Works out what is withdrawn and what takes its place: the newest earlier release of the same version whose images verify as a consumer
 * verifies them, so none that was withdrawn itself, none that has the same images, and none that lacks a platform. A tag names a version,
 * so nothing of another version can take its place: without such a release the tag goes, because a reader had better find nothing. Throws
 * FND_BAD_INPUT for what was never published, what refuses a record that is not genuine, FND_UNREACHABLE.
 */
export async function planWithdrawal(
  place: WithdrawalPlace,
  target: WithdrawalTarget,
): Promise<WithdrawalPlan> {
  const record = await publishedRecord(place, target);
  const images = imagesOf(record.status, target);
  const replacement = await lastGood(place, record, images);
  // One tag leads to all platforms of a variant.
  const tagged = [...new Map(images.map((image) => [image.variant, image])).values()];
  const goals = tagged.map(({ variant, digest }) => {
    const instead = replacement?.status.images.find((one) => one.variant === variant);
    return { tag: tagOf(target.version, variant), digest, to: instead?.digest ?? null };
  });
  // A record speaks of a whole release: that of one of which a part stays keeps its tag, and does not verify.
  const ofRecord =
    target.variant === null
      ? [{ tag: newestRecordTag(target.version), digest: record.digest, to: replacement?.digest ?? null }]
      : [];
  const all = [...goals, ...ofRecord];
  return {
    images: images.map(({ variant, platform, digest }) => ({ variant, platform, digest })),
    tags: all.map(({ tag, digest }) => ({ tag, digest })),
    previous: all.map(({ tag, to }) => ({ tag, digest: to })),
    replacement: replacement?.status.commit ?? null,
  };
}

/** The images of a release that a withdrawal is of. */
export function imagesOf({ images }: ReleaseStatus, { variant }: WithdrawalTarget): ReleasedImage[] {
  return images.filter((image) => variant === null || image.variant === variant);
}

async function lastGood(
  place: WithdrawalPlace,
  withdrawn: PublishedRecord,
  images: readonly ReleasedImage[],
): Promise<PublishedRecord | undefined> {
  const digests = new Set(images.map(({ digest }) => digest));
  const { version } = withdrawn.status;
  for (const candidate of await publishedRecords(place)) {
    const { status, signedAt } = candidate;
    if (status.version !== version || signedAt >= withdrawn.signedAt) continue;
    const its = status.images.filter((one) => images.some(({ variant }) => variant === one.variant));
    const lacksSome = images.some((image) => !its.some((one) => isSameKind(one, image)));
    if (lacksSome || its.some(({ digest }) => digests.has(digest))) continue;
    if (await areGood(place, status, its)) return candidate;
  }
  return undefined;
}

function isSameKind(a: ReleasedImage, b: ReleasedImage): boolean {
  return a.variant === b.variant && a.platform === b.platform;
}

async function areGood(
  { registry, repository, trust, builder }: WithdrawalPlace,
  { version, commit }: ReleaseStatus,
  images: readonly ReleasedImage[],
): Promise<boolean> {
  for (const { digest, variant, platform, attestations } of images) {
    const { refusal } = await examineImage(
      { registry, repository, digest },
      {
        trust,
        required: REQUIREMENTS,
        bundles: attestations.map(({ bundle }) => bundle),
        name: `${registry.host}/${repository}`,
        provenance: { builders: [BUILDER_IDS[builder]], version, commit, variant, platform },
      },
    );
    if (refusal !== undefined) return false;
  }
  return true;
}
