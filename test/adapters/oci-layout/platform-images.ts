import { joinIndexes } from '../../../adapters/oci-layout/join.ts';
import type { OciImage } from '../../../adapters/oci-layout/oci-image.ts';
import { pushDocuments } from '../../../adapters/oci-layout/push.ts';
import type { Registry } from '../../../adapters/registry/registry.ts';
import type { OciDigest } from '../../../domain/digest.ts';
import { imageWith, sampleImage, sampleLayer } from './sample-image.ts';

/** A small image for a machine type. Nothing in it runs. */
export async function imageFor(architecture: string, text = architecture): Promise<OciImage> {
  return imageWith(sampleImage([await sampleLayer({ machine: text })]), { document: { architecture } });
}

/** Images under one index. */
export function joinedImages<I extends OciImage>(...images: readonly I[]): I[] {
  const index = joinIndexes(images, 'the sample');
  return images.map((image) => ({ ...image, index }));
}

/** Pushes images that are under one index. */
export async function pushJoined(
  registry: Registry,
  repository: string,
  images: readonly OciImage[],
): Promise<OciDigest> {
  const [first, ...beside] = images;
  if (first === undefined) throw new Error('there is no image');
  for (const { layers, config } of images)
    for (const bytes of [...layers, config.bytes]) await registry.putBlob(repository, bytes);
  return await pushDocuments(registry, repository, first, beside);
}
