import { type CommitStatus, setCommitStatus } from '../../adapters/github/commit-status.ts';
import type { Github } from '../../adapters/github/open-github.ts';
import type { Registry } from '../../adapters/registry/registry.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import type { OciDigest } from '../../domain/digest.ts';
import type { Report } from '../../domain/report.ts';
import { type PromotedImage, type Promotion, promoteImages } from './promote-images.ts';
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

interface TagOrder {
  readonly tags: readonly TagMove[];
  /** Where the tags led when the release looked, before it moved any. */
  readonly previous: readonly TagState[];
}

/** Stage 6. All may be repeated at any time, also after a kill at any point, and end in the same state. */
export interface PublishActivities {
  /**
   * Copies images with their attestations from quarantine to where they are published, by digest, and reads everything back: of a variant all
   * platforms that its index leads to. No tag moves. Throws FND_EVIDENCE_MISSING, also for a platform of an index that is not among the
   * images; FND_DIGEST_MISMATCH; FND_BAD_INPUT for images of one variant that are not under one index; FND_UNREACHABLE.
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
    promoteImages: async (order) => ({ promoted: await promoteImages(dependencies, order) }),
    readTags: async ({ tags }) => ({ previous: await readTags(place, tags) }),
    moveTags: ({ tags, previous }) => moveTags(place, tags, previous),
    restoreTags: async ({ tags, previous }) => ({ left: await restoreTags(place, tags, previous) }),
    storeRecord: async (order) => ({ digest: await storeRecord({ ...place, store }, order) }),
    takeRecordOff: (order) => takeRecordOff({ ...place, store }, order),
    setCommitStatus: ({ commit, ...status }) => setCommitStatus(github, commit, status),
  };
}
