import type { Registry } from '../../adapters/registry/registry.ts';
import type { OciDigest } from '../../domain/digest.ts';
import { isBookkeepingTag } from '../../domain/pins/identity.ts';

/** A repository in which readers find images. */
export interface PublishedPlace {
  readonly registry: Registry;
  readonly repository: string;
}

/** What tags lead to. */
export interface TaggedImage {
  readonly digest: OciDigest;
  readonly tags: readonly string[];
}

/**
 * Everything that a reader can find by a tag, by digest; the records, packages and lists of attestations beside the images are no images.
 * A tag that goes while we look leads to nothing. Throws FND_UNREACHABLE, FND_BAD_DATA.
 */
export async function taggedImages({ registry, repository }: PublishedPlace): Promise<TaggedImage[]> {
  const found: { digest: OciDigest; tag: string }[] = [];
  for (const tag of await registry.listTags(repository)) {
    if (isBookkeepingTag(tag)) continue;
    const digest = await registry.resolveTag(repository, tag);
    if (digest !== undefined) found.push({ digest, tag });
  }
  return [...Map.groupBy(found, ({ digest }) => digest)].map(([digest, those]) => ({
    digest,
    tags: those.map(({ tag }) => tag).toSorted(),
  }));
}
