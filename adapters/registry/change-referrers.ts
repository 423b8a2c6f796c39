import { z } from 'zod';
import type { OciDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { type ImageAddress, nameOfImage } from './image-address.ts';
import { type Descriptor, MEDIA_TYPES } from './oci-types.ts';
import { referrersTag } from './referrers.ts';

/** As often as others may change the list while we write our part of it. */
const ATTEMPTS = 5;

/** The list behind a fallback tag, with all that others wrote into it. */
const TaggedList = z.looseObject({ manifests: z.array(z.looseObject({ digest: z.string() })) });
type TaggedList = z.infer<typeof TaggedList>;

/** What the fallback tag of a subject lists. */
type TaggedReferrers = TaggedList['manifests'];

/**
 * Sees to it that manifests that refer to a subject are listed there. A registry that lists them by itself gets no tag; in others it is
 * the list behind the fallback tag (distribution specification 1.1) that is read, changed, written back and looked at once more, because
 * another writer can take our lines out. Gives the ones that are not listed after all attempts. Throws what the registry throws.
 */
export async function addReferrers(
  subject: ImageAddress,
  carriers: readonly Descriptor[],
): Promise<readonly Descriptor[]> {
  for (let attempt = 0; ; attempt += 1) {
    const listed = await listedReferrers(subject);
    const lost = carriers.filter(({ digest }) => !listed.has(digest));
    if (lost.length === 0 || attempt === ATTEMPTS) return lost;
    await changeReferrers(subject, (list) => [...list, ...lost.filter(({ digest }) => !has(list, digest))]);
  }
}

/**
 * Takes manifests that refer to a subject off it and out of the registry. It is no error when they are not there.
 * Throws FND_UNREACHABLE when some are listed after all attempts, and what the registry throws.
 */
export async function removeReferrers(subject: ImageAddress, carriers: readonly OciDigest[]): Promise<void> {
  const { registry, repository } = subject;
  for (let attempt = 0; ; attempt += 1) {
    for (const carrier of carriers) await registry.deleteManifest(repository, carrier);
    const listed = await listedReferrers(subject);
    const left = carriers.filter((digest) => listed.has(digest));
    if (left.length === 0) return;
    if (attempt === ATTEMPTS) {
      throw new FoundryError(
        'FND_UNREACHABLE',
        `${nameOfImage(subject)}: the registry still lists ${left.join(', ')}`,
      );
    }
    await changeReferrers(subject, (list) =>
      list.filter(({ digest }) => !left.some((one) => one === digest)),
    );
  }
}

async function listedReferrers({
  registry,
  repository,
  digest,
}: ImageAddress): Promise<ReadonlySet<OciDigest>> {
  return new Set((await registry.listReferrers(repository, digest)).map((descriptor) => descriptor.digest));
}

/** Changes the list, made where it is not there. Another writer at the same time can take our lines out: look at it afterwards. */
async function changeReferrers(
  { registry, repository, digest }: ImageAddress,
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

function has(list: TaggedReferrers, digest: OciDigest): boolean {
  return list.some((one) => one.digest === digest);
}
