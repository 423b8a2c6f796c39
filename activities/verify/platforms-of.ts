import { platformsIn } from '../../adapters/oci-layout/platforms.ts';
import { ImageIndex } from '../../adapters/registry/oci-types.ts';
import type { ReadableImage } from '../../adapters/sigstore/read-attached.ts';
import { FoundryError } from '../../domain/errors.ts';
import { jsonOf } from '../../domain/json.ts';
import { type Platform, PLATFORMS } from '../../domain/pins/variant.ts';

/**
 * The platforms that an index leads to, each of which is an image of its own to look at. One look, at no platform by name, is left for
 * everything else: an index of one image, whatever it is for, and what no release of ours has, which that look refuses. Throws
 * FND_UNREACHABLE.
 */
export async function platformsOf({
  registry,
  repository,
  digest,
}: ReadableImage): Promise<(Platform | undefined)[]> {
  const found = await registry.findManifest(repository, digest).catch((error: unknown) => {
    // Who looks reads it again, and says what is wrong with it.
    if (error instanceof FoundryError && error.code !== 'FND_UNREACHABLE') return undefined;
    throw error;
  });
  const index = ImageIndex.safeParse(jsonOf(found?.bytes));
  if (!index.success || index.data.manifests.length < 2) return [undefined];
  const named = platformsIn(index.data).map((name) => PLATFORMS.find((one) => one === name));
  const isOurs = !named.includes(undefined) && new Set(named).size === named.length;
  return isOurs ? named : [undefined];
}
