import { isDeepStrictEqual } from 'node:util';
import { FoundryError } from '../../domain/errors.ts';
import { type Descriptor, type ImageIndex, MEDIA_TYPES } from '../registry/oci-types.ts';
import { makeDocument } from './layout.ts';
import type { OciDocument, OciDocuments } from './oci-image.ts';
import { manifestFor, platformName, platformsIn } from './platforms.ts';

/**
 * One index over images that differ in their platforms: the manifest of each, sorted by platform, and what all their indexes say. The same
 * images give the same bytes, in whatever order they come; one image keeps the index that it has. Throws FND_BAD_DATA for no image, for two
 * of one platform, for one whose configuration names another platform than its index, and for indexes that say different things.
 */
export function joinIndexes(images: readonly OciDocuments[], what: string): OciDocument<ImageIndex> {
  const [first, ...more] = images;
  if (first === undefined) throw new FoundryError('FND_BAD_DATA', `${what}: there is no image to join`);
  const named = images.map((image) => ({ platform: platformOf(image, what), ...image }));
  const twice = named.find(({ platform }, at) => named.findIndex((one) => one.platform === platform) !== at);
  if (twice !== undefined)
    throw new FoundryError('FND_BAD_DATA', `${what}: there are two images for ${twice.platform}`);
  if (more.length === 0) return first.index;
  const { annotations } = first.index.content;
  const differing = named.find(({ index }) => !isDeepStrictEqual(index.content.annotations, annotations));
  if (differing !== undefined)
    throw new FoundryError(
      'FND_BAD_DATA',
      `${what}: the index for ${differing.platform} says something else than the one for ${named[0]?.platform}`,
    );
  const manifests = named
    .toSorted((a, b) => (a.platform < b.platform ? -1 : 1))
    .map(({ index }) => manifestFor(index.content, undefined, what));
  return makeDocument(MEDIA_TYPES.index, {
    schemaVersion: 2 as const,
    mediaType: MEDIA_TYPES.index,
    manifests,
    ...(annotations === undefined ? {} : { annotations }),
  });
}

/**
 * The index of an image as far as it is of its own platform: {@link joinIndexes} taken back. An index that is not a join with this image in
 * it is given as it is.
 */
export function ownIndex({
  index,
  manifest,
}: Pick<OciDocuments, 'index' | 'manifest'>): OciDocument<ImageIndex> {
  const { manifests } = index.content;
  const own = manifests.filter(({ digest }) => digest === manifest.descriptor.digest);
  const isJoin = own.length === 1 && new Set(platformsIn(index.content)).size === manifests.length;
  if (manifests.length < 2 || !isJoin) return index;
  return makeDocument(index.descriptor.mediaType, { ...index.content, manifests: own });
}

function platformOf({ index, config }: OciDocuments, what: string): string {
  const { platform }: Descriptor = manifestFor(index.content, undefined, what);
  const [named, built] = [platform && platformName(platform), platformName(config.content)];
  if (named === built) return built;
  throw new FoundryError(
    'FND_BAD_DATA',
    `${what}: an index names ${named ?? 'no platform'} for a manifest whose configuration says ${built}`,
  );
}
