import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imageFacts } from '../../../activities/sign/image-facts.ts';
import { recomputeImage } from '../../../activities/sign/recompute-image.ts';
import type { ArtifactStore } from '../../../adapters/store/artifact-store.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import type { RecordedActivity, RecordedRelease } from '../../../adapters/temporal-history/recorded.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';
import { makeSampleRelease, MAKER, type SampleRelease } from './sample-release.ts';
import { changed } from './sample-work.ts';

let folder: string;
let store: ArtifactStore;
let sample: SampleRelease;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-made-'));
  store = openDirectoryStore(folder);
  sample = await makeSampleRelease(store, { platforms: ['linux/amd64', 'linux/arm64'] });
});
afterAll(async () => await rm(folder, { recursive: true }));

const OTHER = { digest: sha256('other'), size: 1, mediaType: 'x' };

interface Joining {
  readonly images: readonly { readonly platform: string; readonly image: object }[];
}

/** How each image of the sample is taken by the history with one kind of activity changed: by an error, or as it must be. */
function takenWith(
  name: string,
  change: (activity: RecordedActivity) => Partial<RecordedActivity> | null,
): string[] {
  const release = changed(sample.release, name, change);
  return sample.images.map(({ image }) => refusal(release, image));
}

function refusal(release: RecordedRelease, image: SampleRelease['image']): string {
  try {
    imageFacts(release, image);
    return 'taken';
  } catch (error) {
    return String(error);
  }
}

function joining(change: (order: Joining) => Joining): string[] {
  return takenWith('joinImages', ({ order }) => ({ order: change(order as Joining) }));
}

const both = (words: string): unknown[] => [expect.stringContaining(words), expect.stringContaining(words)];

describe('an image that was joined with that of another platform', () => {
  test('is followed to what was composed for each, and is arrived at again from those bytes', async () => {
    for (const { image, bytes } of sample.images) {
      const facts = imageFacts(sample.release, image);
      expect(facts.joined).toHaveLength(2);
      expect(facts.joined).toContainEqual(facts.composed.a);
      const { manifest } = await recomputeImage({ store, maker: MAKER }, image, facts, sample.read);
      expect(manifest.descriptor).toEqual(bytes.manifest.descriptor);
    }
  });

  test('is not arrived at from what was composed for one of them alone', async () => {
    const { image } = sample;
    const facts = imageFacts(sample.release, image);
    const alone = { ...facts, joined: [facts.composed.a] };
    await expect(recomputeImage({ store, maker: MAKER }, image, alone, sample.read)).rejects.toMatchObject({
      code: 'FND_DIGEST_MISMATCH',
      message: expect.stringContaining('index of the finished standard'),
    });
  });

  test('is refused when the history shows no join, of fewer platforms, or with another image', () => {
    expect(takenWith('joinImages', () => null)).toEqual(both('it shows no joined index'));
    expect(takenWith('joinImages', () => ({ taskQueue: 'build-amd64' }))).toEqual(both('no joined index'));
    expect(joining(({ images, ...rest }) => ({ ...rest, images: images.slice(0, 1) }))).toEqual(
      both('is over linux/amd64, the plan over linux/amd64, linux/arm64'),
    );
    const twice = joining(({ images, ...rest }) => ({ ...rest, images: [...images, ...images.slice(1)] }));
    expect(twice).toEqual(both('is over linux/amd64, linux/arm64, linux/arm64'));
    const another = joining(({ images: [first, ...more], ...rest }) => ({
      ...rest,
      images: [{ platform: 'linux/amd64', image: { ...first?.image, config: OTHER } }, ...more],
    }));
    expect(another[0]).toContain('was made from another image for linux/amd64');
    expect(another[1]).toContain('it shows no finished image');
  });

  test('is refused when that of the other platform is not what both its builders made, or did not pass', () => {
    const ofArm64 = ({ taskQueue }: RecordedActivity): boolean => taskQueue === 'build-arm64';
    const differing = takenWith('composeImage', (activity) =>
      ofArm64(activity) && (activity.order as { builder: string }).builder === 'b'
        ? { result: { ...(activity.result as object), index: OTHER } }
        : {},
    );
    expect(differing).toEqual(both('the builders did not make the same standard (linux/arm64)'));
    expect(takenWith('compareImages', (activity) => (ofArm64(activity) ? null : {}))).toEqual(
      both('comparison of standard'),
    );
    expect(takenWith('finishImage', (activity) => (ofArm64(activity) ? null : {}))).toEqual(
      both('it shows no finished image'),
    );
  });

  test('is refused when it was not put into quarantine under its index', () => {
    const alone = takenWith('pushImage', ({ order }) => ({ order: { ...(order as object), beside: [] } }));
    expect(alone).toEqual(['taken', expect.stringContaining('nothing was put into')]);
  });

  test('is refused under the index of its own that it had before', () => {
    const order = sample.release.activities.find(({ name }) => name === 'joinImages')?.order as {
      images: { image: SampleRelease['image']['image'] }[];
    };
    const [before] = order.images;
    if (before === undefined) throw new Error('two were joined');
    const place = { ...sample.image.place, digest: ociDigest(before.image.index.digest) };
    const image = { ...sample.image, image: before.image, place };
    expect(refusal(sample.release, image)).toContain('it shows no joined index');
  });
});
