import type { RecordedRelease } from '../../adapters/temporal-history/recorded.ts';
import { ociDigest } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { Platform } from '../../domain/pins/variant.ts';
import { buildQueue } from '../../domain/release/contract.ts';
import type { ImageInQuarantine } from '../artifacts/image-in-quarantine.ts';
import type { StoredImage } from '../artifacts/stored-image.ts';
import type { BuilderName } from '../build/builder-profiles.ts';
import { type Done, isSame, lastDone, notRecorded, requirePassed } from './recorded-work.ts';

/** One image of a variant as its builders made it, with an index of its own. */
interface MadeImage {
  readonly platform: Platform;
  readonly finished: Done<'finishImage'>;
  /** What both builders composed, the same bytes. */
  readonly composed: Readonly<Record<BuilderName, StoredImage>>;
}

/** An image before it was joined with those of other platforms. */
interface BeforeJoin {
  readonly platform: Platform;
  readonly image: StoredImage;
}

type OfVariant = Pick<ImageInQuarantine, 'plan' | 'variant'>;

/**
 * What a history says that was made of a variant for all platforms of its plan: what the index of an image is over. For one platform that is
 * the image itself. Throws FND_NOT_RECORDED where the history does not show it, FND_DIGEST_MISMATCH where the builders' digests differ,
 * FND_BAD_DATA.
 */
export function madeImages(
  release: RecordedRelease,
  image: ImageInQuarantine,
  platforms: readonly Platform[],
): MadeImage[] {
  return beforeJoin(release, image, platforms).map((one) => {
    const finished = finishedImage(release, image, one);
    return { platform: one.platform, finished, composed: composedImage(release, image, one, finished) };
  });
}

/** Exactly the platforms of the plan were joined, and the image is what it was before, under the index that came of it. */
function beforeJoin(
  release: RecordedRelease,
  { variant, platform, image }: ImageInQuarantine,
  platforms: readonly Platform[],
): readonly BeforeJoin[] {
  if (platforms.length === 1) return [{ platform, image }];
  const what = `joined index ${image.index.digest} of ${variant}`;
  const { images } = lastDone(
    release,
    'joinImages',
    'publish',
    what,
    ({ order, result }) => order.variant === variant && isSame(result.index, image.index),
  ).order;
  const joined = images.map((one) => one.platform);
  if (!isSame(joined.toSorted(), platforms.toSorted()))
    throw notRecorded(
      release,
      `the ${what} is over ${joined.join(', ')}, the plan over ${platforms.join(', ')}`,
    );
  const own = images.find((one) => one.platform === platform);
  if (own !== undefined && isSame({ ...own.image, index: image.index }, image)) return images;
  throw notRecorded(release, `the ${what} was made from another image for ${platform}`);
}

function finishedImage(
  release: RecordedRelease,
  { plan, variant }: OfVariant,
  { platform, image }: BeforeJoin,
): Done<'finishImage'> {
  const digest = ociDigest(image.index.digest);
  const what = `finished image ${digest}`;
  const finished = lastDone(
    release,
    'finishImage',
    buildQueue(platform),
    what,
    ({ order, result }) =>
      result.digest === digest &&
      isSame(result.image, image) &&
      isSame(order.plan, plan) &&
      order.variant === variant &&
      order.platform === platform,
  );
  requirePassed(release, what, finished.result.outcome);
  return finished;
}

function composedImage(
  release: RecordedRelease,
  { plan, variant }: OfVariant,
  { platform }: BeforeJoin,
  { workflow, order }: Done<'finishImage'>,
): Record<BuilderName, StoredImage> {
  const queue = buildQueue(platform);
  const by = (builder: BuilderName): StoredImage =>
    lastDone(
      release,
      'composeImage',
      queue,
      `${variant} composed by builder ${builder}`,
      (done) =>
        isSame(done.workflow, workflow) &&
        done.order.builder === builder &&
        isSame(done.order.plan, plan) &&
        done.order.variant === variant &&
        isSame(done.order.own, order.own),
    ).result;
  const [a, b] = [by('a'), by('b')];
  if (!isSame(a, b)) throw differs(`${variant} (${platform})`, a.index.digest, b.index.digest);
  if (!isSame(a, order.image))
    throw notRecorded(release, `what was finished is not what the builders composed`);
  const compared = lastDone(
    release,
    'compareImages',
    queue,
    `comparison of ${variant}`,
    (done) => isSame(done.workflow, workflow) && isSame(done.order.a, a) && isSame(done.order.b, b),
  );
  requirePassed(release, `comparison of ${variant}`, compared.result);
  return { a, b };
}

/** FND_DIGEST_MISMATCH for what the two builders did not make alike. */
export function differs(what: string, a: string, b: string): FoundryError {
  return new FoundryError(
    'FND_DIGEST_MISMATCH',
    `the builders did not make the same ${what}: a made ${a}; b made ${b}`,
    { hint: 'Nothing was signed: the release must not go on.' },
  );
}
