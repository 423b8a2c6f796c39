import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredPackage } from '../../activities/build/stored-artifacts.ts';
import type { ImageFacts } from '../../activities/selftest/check-definition.ts';
import { recordedExpectation } from '../../activities/selftest/expectation.ts';
import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { pullImage } from '../../adapters/oci-layout/pull.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import { readRelease } from '../../adapters/temporal-history/read-history.ts';
import { listReleases } from '../../client/release/releases.ts';
import { withOwnTemporal } from '../../client/release/temporal.ts';
import { SUITE_PACKAGE, type Variant } from '../../domain/pins/variant.ts';
import type { ReleasedImage } from '../../domain/release/status.ts';
import { imageWith, sampleLayer } from '../adapters/oci-layout/sample-image.ts';
import { type Answered, CACHE, type ReleasedLab } from './foundry.ts';

/** Where the image of a variant is that a release made. */
export function imageOf({ status }: Answered, variant: Variant): ReleasedImage {
  const image = status.images.find((one) => one.variant === variant);
  if (image === undefined) throw new Error(`${variant} was not released`);
  return image;
}

/** That image, with all its bytes. */
export async function pulledImage(lab: ReleasedLab, released: Answered, variant: Variant): Promise<OciImage> {
  const { repository, digest } = imageOf(released, variant);
  return await pullImage(await lab.registry(), repository, digest);
}

/** The bytes of the package with what images are tested with, as it is published beside them. */
export async function publishedSuite(lab: ReleasedLab, version: string): Promise<Buffer> {
  const folder = join(lab.state, 'published', 'apk', version, 'x86_64');
  const name = (await readdir(folder)).find((one) => one.startsWith(`${SUITE_PACKAGE}-${version}-r`));
  if (name === undefined) throw new Error(`no ${SUITE_PACKAGE} of ${version} was published`);
  return await readFile(join(folder, name));
}

/** The same in a store, for those who test what is in one. */
export async function storeSuite(
  store: ArtifactStore,
  lab: ReleasedLab,
  version: string,
): Promise<StoredPackage> {
  const artifact = await store.put(await publishedSuite(lab, version), 'application/vnd.alpine.apk');
  return { name: SUITE_PACKAGE, version: `${version}-r0`, artifact };
}

/** What a release expected of its image of a variant, as its history says. */
export async function factsOfRelease(
  lab: ReleasedLab,
  { id }: Answered,
  variant: Variant,
): Promise<ImageFacts> {
  const directories = { state: lab.state, cache: CACHE };
  return await withOwnTemporal(directories, new AbortController().signal, async ({ client }) => {
    const entry = (await listReleases(client, new Date())).find((one) => one.id === id);
    if (entry === undefined) throw new Error(`there is no ${id}`);
    const recorded = await readRelease(client, { workflowId: entry.id, runId: entry.runId });
    return (await recordedExpectation(recorded, { variant, platform: 'linux/amd64' }, lab.store)).facts;
  });
}

/** The image with one more layer on top, whose files take the place of its own; or, `alone`, with that layer and no other. */
export async function withLayer(
  image: OciImage,
  files: Parameters<typeof sampleLayer>[0],
  alone = false,
): Promise<OciImage> {
  return imageWith(image, { layers: [...(alone ? [] : image.layers), await sampleLayer(files)] });
}
