import { type CommitStatus, setCommitStatus } from '../../adapters/github/commit-status.ts';
import type { Github } from '../../adapters/github/open-github.ts';
import type { Registry } from '../../adapters/registry/registry.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import type { OciDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { type ReleaseIdentity, tagOf } from '../../domain/pins/identity.ts';
import type { Platform, Variant } from '../../domain/pins/variant.ts';
import type { Attestation } from '../../domain/release/status.ts';
import type { Report } from '../../domain/report.ts';
import { concurrently } from '../concurrently.ts';
import type { ImageInQuarantine } from '../artifacts/image-in-quarantine.ts';
import { copyAttestations } from './copy-attestations.ts';
import { copyImage } from './copy-image.ts';
import { type RecordOrder, storeRecord, takeRecordOff } from './store-record.ts';
import { moveTags, readTags, restoreTags, type TagMove, type TagState } from './tags.ts';

/** What publishing needs from whoever runs it. */
export interface PublishDependencies {
  readonly store: ArtifactStore;
  readonly registry: Registry;
  /** The repository in which readers find the images. */
  readonly published: string;
  readonly github: Github;
  readonly report: Report;
}

/** An image with everything that was attached to it and verified. */
export interface ImageToPromote extends Pick<ImageInQuarantine, 'variant' | 'platform' | 'place'> {
  readonly attestations: readonly Attestation[];
}

/** An image where readers will find it, once its tag leads there. */
export interface PromotedImage {
  readonly variant: Variant;
  readonly platform: Platform;
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  /** Of its index. */
  readonly digest: OciDigest;
}

/** A registry answers several as fast as one. */
const AT_ONCE = 3;

interface Promotion extends ReleaseIdentity {
  readonly images: readonly ImageToPromote[];
}

interface TagOrder {
  readonly tags: readonly TagMove[];
  /** Where the tags led when the release looked, before it moved any. */
  readonly previous: readonly TagState[];
}

/** Stage 6. All may be repeated at any time, also after a kill at any point, and end in the same state. */
export interface PublishActivities {
  /**
   * Copies images with their attestations from quarantine to where they are published, by digest, and reads everything back. No tag moves.
   * Throws FND_EVIDENCE_MISSING, FND_DIGEST_MISMATCH, FND_BAD_INPUT for two images of one variant, FND_UNREACHABLE.
   */
  readonly promoteImages: (order: Promotion) => Promise<{ readonly promoted: readonly PromotedImage[] }>;
  /** Where tags lead now. Throws FND_UNREACHABLE. */
  readonly readTags: (order: {
    readonly tags: readonly string[];
  }) => Promise<{ readonly previous: readonly TagState[] }>;
  /** Moves tags together and looks at them afterwards. Throws FND_TAG_MOVED, FND_BAD_INPUT, FND_UNREACHABLE. */
  readonly moveTags: (order: TagOrder) => Promise<void>;
  /** Takes {@link moveTags} back, where a tag is still ours. Returns the tags that are not. Throws FND_UNREACHABLE. */
  readonly restoreTags: (order: TagOrder) => Promise<{ readonly left: readonly TagState[] }>;
  /** Puts the signed record on all that it speaks of and beside it, without a tag. Throws FND_BAD_DATA, FND_UNREACHABLE. */
  readonly storeRecord: (order: RecordOrder) => Promise<{ readonly digest: OciDigest }>;
  /** Takes {@link storeRecord} back. Throws FND_UNREACHABLE. */
  readonly takeRecordOff: (order: RecordOrder) => Promise<void>;
  /** Says on the forge how it stands with a commit. Throws FND_PERMISSION, FND_BAD_DATA, FND_UNREACHABLE. */
  readonly setCommitStatus: (order: CommitStatus & { readonly commit: string }) => Promise<void>;
}

/** The activities with what they work on. */
export function createPublishActivities(dependencies: PublishDependencies): PublishActivities {
  const { store, registry, published, github } = dependencies;
  const place = { registry, repository: published };
  return {
    promoteImages: (order) => promoteImages(dependencies, order),
    readTags: async ({ tags }) => ({ previous: await readTags(place, tags) }),
    moveTags: ({ tags, previous }) => moveTags(place, tags, previous),
    restoreTags: async ({ tags, previous }) => ({ left: await restoreTags(place, tags, previous) }),
    storeRecord: async (order) => ({ digest: await storeRecord({ ...place, store }, order) }),
    takeRecordOff: (order) => takeRecordOff({ ...place, store }, order),
    setCommitStatus: ({ commit, ...status }) => setCommitStatus(github, commit, status),
  };
}

async function promoteImages(
  { registry, published, report }: PublishDependencies,
  { version, images }: Promotion,
): Promise<{ promoted: PromotedImage[] }> {
  if (images.length === 0) throw new FoundryError('FND_BAD_INPUT', 'there is no image to promote');
  requireOneEach(images);
  const bare = images.find(({ attestations }) => attestations.length === 0);
  if (bare !== undefined) {
    throw new FoundryError(
      'FND_EVIDENCE_MISSING',
      `${bare.variant} is to be published and nothing was attached to it`,
    );
  }
  const promoted = new Map<Variant, PromotedImage>();
  await concurrently(images, AT_ONCE, async ({ variant, platform, place, attestations }) => {
    if (place.registry !== registry.host) {
      throw new FoundryError(
        'FND_BAD_INPUT',
        `${variant} is in quarantine in ${place.registry}, and is published in ${registry.host}`,
      );
    }
    const copying = { registry, from: place.repository, to: published, copied: new Set<OciDigest>() };
    for (const subject of await copyImage(copying, place.digest)) {
      await copyAttestations(copying, subject, attestations);
    }
    const tag = tagOf(version, variant);
    report(
      `${variant} (${platform}) is at ${published}@${place.digest}, with ${attestations.length} attestations`,
    );
    promoted.set(variant, {
      variant,
      platform,
      registry: registry.host,
      repository: published,
      tag,
      digest: place.digest,
    });
  });
  return { promoted: images.flatMap(({ variant }) => promoted.get(variant) ?? []) };
}

/** A tag leads to one index. One of several platforms would have to be made before it is signed, so in construction. */
function requireOneEach(images: readonly ImageToPromote[]): void {
  const twice = images.find(({ variant }, at) => images.findIndex((one) => one.variant === variant) !== at);
  if (twice === undefined) return;
  const platforms = images.filter(({ variant }) => variant === twice.variant).map(({ platform }) => platform);
  throw new FoundryError(
    'FND_BAD_INPUT',
    `${twice.variant} was made for ${platforms.join(' and ')}, each with an index of its own, and its tag can lead to one only`,
    { hint: 'Release one platform, or see docs/publishing.md on images of several.' },
  );
}
