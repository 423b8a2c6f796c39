import { joinIndexes } from '../../adapters/oci-layout/join.ts';
import type { OciDocuments } from '../../adapters/oci-layout/oci-image.ts';
import { platformName } from '../../adapters/oci-layout/platforms.ts';
import { pushDocuments } from '../../adapters/oci-layout/push.ts';
import { MEDIA_TYPES } from '../../adapters/registry/oci-types.ts';
import { referrersTag } from '../../adapters/registry/referrers.ts';
import type { Registry } from '../../adapters/registry/registry.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { readBytes } from '../../adapters/store/read-bytes.ts';
import type { Artifact } from '../../domain/artifact.ts';
import { type OciDigest, ociDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { Platform, Variant } from '../../domain/pins/variant.ts';
import { fetchDocuments, type StoredImage } from '../artifacts/stored-image.ts';

/** What the quarantine needs from whoever runs it. */
export interface QuarantineDependencies {
  readonly store: ArtifactStore;
  readonly registry: Registry;
  /** The repository under which every release has its own. */
  readonly quarantine: string;
  /** The repository in which readers find images: what they share with the new ones, the registry need not be sent again. */
  readonly published: string;
}

/** Where an image of a release waits for its proofs: each run of a release has repositories of its own, so it can empty them. */
interface QuarantinePlace {
  readonly run: string;
  readonly variant: Variant;
}

/** An image in a repository of a registry. */
interface PushedImage {
  readonly registry: string;
  readonly repository: string;
  /** Of its index. */
  readonly digest: OciDigest;
}

interface QuarantineOrder {
  readonly image: StoredImage;
  readonly place: QuarantinePlace;
}

interface PushOrder extends QuarantineOrder {
  /** The images of the other platforms, where its index leads to several: they are put there with it. */
  readonly beside?: readonly StoredImage[];
}

interface JoinOrder {
  readonly variant: Variant;
  /** As they were finished, each with an index of its own. */
  readonly images: readonly { readonly platform: Platform; readonly image: StoredImage }[];
}

/** Images on their way to be published. All may be repeated at any time. */
export interface QuarantineActivities {
  /**
   * Makes the one index of a variant over the images of all its platforms, in the store. Throws FND_BAD_DATA for images that do not go
   * together, and what the store throws.
   */
  readonly joinImages: (order: JoinOrder) => Promise<{ readonly index: Artifact }>;
  /**
   * Puts an image into quarantine, by digest, without a tag. Throws FND_BAD_INPUT for images of different indexes, FND_UNREACHABLE, and
   * what the store throws.
   */
  readonly pushImage: (order: PushOrder) => Promise<PushedImage>;
  /**
   * Takes an image out of quarantine with everything that was attached to it. It is no error when it is not there. Throws FND_UNREACHABLE,
   * also when something is left.
   */
  readonly removeImage: (order: QuarantineOrder) => Promise<void>;
}

/** The activities with what they work on. */
export function createQuarantineActivities({
  store,
  registry,
  quarantine,
  published,
}: QuarantineDependencies): QuarantineActivities {
  const repositoryOf = ({ run, variant }: QuarantinePlace): string => `${quarantine}/${run}/${variant}`;
  return {
    joinImages: (order) => joinImages(store, order),
    async pushImage({ image, place, beside = [] }) {
      const repository = repositoryOf(place);
      requireOneIndex(image, beside);
      const documents = await fetchDocuments(store, image);
      const others: OciDocuments[] = [];
      for (const other of beside) others.push(await fetchDocuments(store, other));
      for (const blob of [image, ...beside].flatMap(({ layers, config }) => [...layers, config])) {
        if (await registry.mountBlob(published, repository, ociDigest(blob.digest))) continue;
        await registry.putBlob(repository, await readBytes(store, blob));
      }
      const digest = await pushDocuments(registry, repository, documents, others);
      return { registry: registry.host, repository, digest };
    },
    async removeImage({ image, place }) {
      const repository = repositoryOf(place);
      // Attestations go first: what they are on leads to them, so that a second try finds those that a first one left.
      for (const { digest } of [image.index, image.manifest]) {
        await removeAttached(registry, repository, ociDigest(digest));
      }
      for (const { digest } of [image.index, image.manifest]) {
        await registry.deleteManifest(repository, ociDigest(digest));
      }
      await requireGone(registry, repository, image);
    },
  };
}

async function joinImages(
  store: ArtifactStore,
  { variant, images }: JoinOrder,
): Promise<{ index: Artifact }> {
  const documents: OciDocuments[] = [];
  for (const { platform, image } of images) {
    const read = await fetchDocuments(store, image);
    const built = platformName(read.config.content);
    if (built !== platform)
      throw new FoundryError('FND_BAD_DATA', `${variant} for ${platform} says that it is for ${built}`);
    documents.push(read);
  }
  const index = joinIndexes(documents, `the index of ${variant}`);
  return { index: await store.put(index.bytes, MEDIA_TYPES.index) };
}

function requireOneIndex({ index }: StoredImage, beside: readonly StoredImage[]): void {
  const other = beside.find((one) => one.index.digest !== index.digest);
  if (other === undefined) return;
  throw new FoundryError(
    'FND_BAD_INPUT',
    `an image under the index ${other.index.digest} cannot be put beside one under ${index.digest}`,
  );
}

/** Removes all that refers to a manifest, known or not, and the tag that lists it. */
async function removeAttached(registry: Registry, repository: string, digest: OciDigest): Promise<void> {
  for (const referrer of await registry.listReferrers(repository, digest)) {
    await registry.deleteManifest(repository, referrer.digest);
  }
  const list = await registry.resolveTag(repository, referrersTag(digest));
  if (list !== undefined) await registry.deleteManifest(repository, list);
}

async function requireGone(registry: Registry, repository: string, image: StoredImage): Promise<void> {
  const digests = [image.index, image.manifest].map(({ digest }) => ociDigest(digest));
  for (const reference of digests.flatMap((digest) => [digest, referrersTag(digest)])) {
    if ((await registry.resolveTag(repository, reference)) === undefined) continue;
    throw new FoundryError(
      'FND_UNREACHABLE',
      `${registry.host}/${repository}: the registry still has ${reference} after it was removed`,
    );
  }
}
