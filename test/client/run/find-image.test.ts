import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../adapters/files/write-atomic.ts';
import { writeLayout } from '../../../adapters/oci-layout/layout.ts';
import { platformName } from '../../../adapters/oci-layout/platforms.ts';
import { ANONYMOUS } from '../../../adapters/registry/credentials.ts';
import { findImage, type ImageSources } from '../../../client/run/find-image.ts';
import { HERE } from '../../../client/release/newest-image.ts';
import { imageFor, joinedImages } from '../../adapters/oci-layout/platform-images.ts';

const SOURCES: ImageSources = {
  directories: { state: '/nowhere', cache: '/nowhere' },
  signal: new AbortController().signal,
  login: ANONYMOUS,
  newestImage: () => Promise.reject(new Error('never')),
};

async function inLayoutOfTwo(use: (layout: string) => Promise<void>): Promise<void> {
  const images = joinedImages(await imageFor('amd64'), await imageFor('arm64'));
  await withTemporaryDirectory(async (place) => {
    for (const image of images) {
      await writeLayout(join(place, 'one'), image);
      await cp(join(place, 'one'), join(place, 'layout'), { recursive: true });
    }
    await use(join(place, 'layout'));
  });
}

test('of several platforms, the image is the one for this machine, or for the one that is asked for', async () => {
  await inLayoutOfTwo(async (layout) => {
    const here = await (await findImage(layout, SOURCES)).load();
    expect(platformName(here.config.content)).toBe(HERE);
    for (const platform of ['linux/amd64', 'linux/arm64'] as const) {
      const found = await findImage(layout, SOURCES, platform);
      expect(platformName((await found.load()).config.content)).toBe(platform);
    }
  });
});
