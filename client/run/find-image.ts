import type { Directories } from '../../adapters/directories/directories.ts';
import { readLayout } from '../../adapters/oci-layout/layout.ts';
import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { pullImage } from '../../adapters/oci-layout/pull.ts';
import type { Login } from '../../adapters/registry/credentials.ts';
import { openRegistry } from '../../adapters/registry/registry.ts';
import type { OciDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { Platform, Variant } from '../../domain/pins/variant.ts';
import { readEndpoints } from '../../services/endpoints.ts';
import { HERE, type ImagePlace } from '../release/newest-image.ts';
import { parseImageName } from './image-name.ts';

/** Where images are looked for. */
export interface ImageSources {
  readonly directories: Directories;
  readonly signal: AbortSignal;
  /** Who we are at registries. */
  readonly login: Login;
  /** Where the image of a variant is. */
  readonly newestImage: (variant: Variant) => Promise<ImagePlace>;
}

/** An image that was found: its digest, which may be enough, and how to get it. */
export interface FoundImage {
  readonly digest: OciDigest;
  readonly load: () => Promise<OciImage>;
}

/**
 * Finds an image by what a person calls it; where several platforms are under its index, the one for `platform`. Throws FND_BAD_INPUT for a
 * name that is none, FND_NOT_RUNNING when our own registry is needed and does not run, and what `newestImage` and reading a layout throw;
 * `load` throws what pulling throws.
 */
export async function findImage(
  name: string,
  sources: ImageSources,
  platform: Platform = HERE,
): Promise<FoundImage> {
  const parsed = parseImageName(name);
  if (parsed.kind === 'layout') {
    const image = await readLayout(parsed.folder, platform);
    return { digest: image.index.descriptor.digest, load: async () => image };
  }
  const place =
    parsed.kind === 'variant'
      ? await sources.newestImage(parsed.variant)
      : { ...parsed, registry: parsed.host ?? (await ownRegistry(sources.directories)) };
  return { digest: place.digest, load: () => pull(place, sources, platform) };
}

async function pull(
  { registry: host, repository, digest }: ImagePlace,
  { login, signal }: ImageSources,
  platform: Platform,
): Promise<OciImage> {
  return await pullImage(openRegistry(host, login, signal), repository, digest, platform);
}

async function ownRegistry(directories: Directories): Promise<string> {
  const { registry } = await readEndpoints(directories);
  if (registry !== null) return registry.host;
  throw new FoundryError('FND_NOT_RUNNING', 'the registry of the foundry does not run', {
    hint: 'Start it with `./foundry up`.',
  });
}
