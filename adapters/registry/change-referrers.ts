import { z } from 'zod';
import type { OciDigest } from '../../domain/digest.ts';
import { MEDIA_TYPES } from './oci-types.ts';
import { referrersTag } from './referrers.ts';
import type { Registry } from './registry.ts';

/** The list behind a fallback tag, with all that others wrote into it. */
const TaggedList = z.looseObject({ manifests: z.array(z.looseObject({ digest: z.string() })) });
type TaggedList = z.infer<typeof TaggedList>;

/** What the fallback tag of a subject lists. */
export type TaggedReferrers = TaggedList['manifests'];

/** A manifest that others refer to, in a repository. */
export interface Subject {
  readonly registry: Registry;
  readonly repository: string;
  readonly digest: OciDigest;
}

/**
 * Changes the list behind the fallback tag of a subject (distribution specification 1.1), made where it is not there. It is read, changed
 * and written back, so another writer at the same time can take our lines out: look at it afterwards. Throws what the registry throws.
 */
export async function changeReferrers(
  { registry, repository, digest }: Subject,
  change: (list: TaggedReferrers) => TaggedReferrers,
): Promise<void> {
  const tag = referrersTag(digest);
  const found = await registry.findManifest(repository, tag);
  const before: TaggedList =
    found === undefined
      ? { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [] }
      : TaggedList.parse(JSON.parse(Buffer.from(found.bytes).toString('utf8')));
  const list = { ...before, manifests: change(before.manifests) };
  await registry.putManifest(repository, tag, MEDIA_TYPES.index, Buffer.from(JSON.stringify(list)));
}
