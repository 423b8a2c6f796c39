import { FoundryError } from '../../domain/errors.ts';
import type { Descriptor, ImageIndex } from '../registry/oci-types.ts';

/** The name of a platform, such as `linux/arm64`, from what a configuration or a descriptor says. */
export function platformName({
  os,
  architecture,
}: {
  readonly os: string;
  readonly architecture: string;
}): string {
  return `${os}/${architecture}`;
}

/** The platforms that an index names, in its order; undefined for a manifest of which it does not say. */
export function platformsIn({ manifests }: ImageIndex): (string | undefined)[] {
  return manifests.map(({ platform }) => platform && platformName(platform));
}

/**
 * The manifest that an index has for a platform: its only one, whatever that is for, or of several the one for `platform`. Throws
 * FND_BAD_DATA where there is none, where there are several for one platform, and where nobody said which of several is meant.
 */
export function manifestFor(index: ImageIndex, platform: string | undefined, what: string): Descriptor {
  const { manifests } = index;
  const platforms = platformsIn(index);
  const isAny = manifests.length === 1 || platform === undefined;
  const fitting = isAny ? manifests : manifests.filter((_, at) => platforms[at] === platform);
  const [only, ...more] = fitting;
  if (only !== undefined && more.length === 0) return only;
  const wanted = platform === undefined ? 'one image' : `one image for ${platform}`;
  const there = manifests.length < 2 ? '' : ` (of ${platforms.map((one) => one ?? 'unknown').join(', ')})`;
  throw new FoundryError('FND_BAD_DATA', `${what}: expected ${wanted}, found ${fitting.length}${there}`);
}
