import type { ResourceDescriptor } from '../../domain/evidence/resource-descriptor.ts';
import type { Platform, Variant } from '../../domain/pins/variant.ts';
import { type Change, changesBetween } from '../../domain/release/changes.ts';
import type { WatchedVulnerability, WatchRecord } from '../../domain/watch/record.ts';
import { watchedImage } from '../../domain/watch/watched-image.ts';

/** An image as its signed evidence describes it. */
export interface EvidentImage {
  readonly variant: Variant;
  readonly platform: Platform;
  readonly digest: string;
  /** Compressed, in bytes: what a reader downloads. */
  readonly size: number;
  /** How many files its SBOM names. */
  readonly files: number;
  /** Versions by package. */
  readonly packages: ReadonlyMap<string, string>;
  /** What it was made from, by provenance. */
  readonly dependencies: readonly ResourceDescriptor[];
}

/** A release by its signed record and the evidence of its images. */
export interface EvidentRelease {
  readonly version: string;
  readonly commit: string;
  readonly signedAt: string;
  readonly images: readonly EvidentImage[];
}

/** What became of an image. */
export interface ImageDifference {
  readonly variant: Variant;
  readonly platform: Platform;
  readonly digest: { readonly before: string; readonly after: string };
  readonly size: { readonly before: number; readonly after: number };
  readonly files: { readonly before: number; readonly after: number };
  readonly packages: readonly Change[];
  /**
   * CVEs that the first was exposed to and that no look found in the second, by what the watch knows today; null where it has not looked at
   * both. One that a person states something about is still there.
   */
  readonly fixed: readonly string[] | null;
}

/** What changed from one release to another. */
export interface ReleaseDifference {
  readonly before: Omit<EvidentRelease, 'images'>;
  readonly after: Omit<EvidentRelease, 'images'>;
  /** Of sources, base image, keys and indexes, and of the packages that only build; what is in the images stands there. */
  readonly pins: readonly Change[];
  readonly images: readonly ImageDifference[];
  /** Images that only one of the two has. */
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
}

/** Compares two releases by what is signed of them. `watch` is what is known of vulnerabilities, if anything is. */
export function compareReleases(
  before: EvidentRelease,
  after: EvidentRelease,
  watch: WatchRecord | undefined,
): ReleaseDifference {
  const pairs = before.images.flatMap((old) =>
    after.images.filter((one) => nameOf(one) === nameOf(old)).map((now) => [old, now] as const),
  );
  return {
    before: identityOf(before),
    after: identityOf(after),
    pins: changesBetween(pinsOf(before), pinsOf(after)),
    images: pairs.map(([old, now]) => compareImages(old, now, watch)),
    onlyBefore: left(before, after),
    onlyAfter: left(after, before),
  };
}

function compareImages(
  old: EvidentImage,
  now: EvidentImage,
  watch: WatchRecord | undefined,
): ImageDifference {
  const { variant, platform } = now;
  return {
    variant,
    platform,
    digest: { before: old.digest, after: now.digest },
    size: { before: old.size, after: now.size },
    files: { before: old.files, after: now.files },
    packages: changesBetween(old.packages, now.packages),
    fixed: fixedBetween(old, now, watch),
  };
}

function pinsOf({ images }: EvidentRelease): Map<string, string> {
  const own = new Set(images.flatMap(({ packages }) => [...packages.keys()]));
  const pins = images
    .flatMap(({ dependencies }) => dependencies)
    .filter(({ name = '', uri = '' }) => !(uri.startsWith('pkg:apk/') && own.has(name)));
  return new Map(pins.map((pin) => [pin.name ?? pin.uri ?? '?', textOf(pin)]));
}

/** What tells one pin from another for people: the version in its purl, else its digest. */
function textOf({ uri = '', digest = {} }: ResourceDescriptor): string {
  const [, version] = /^pkg:[^@]+@([^?]+)/.exec(uri) ?? [];
  return decodeURIComponent(version ?? Object.values(digest)[0] ?? uri);
}

function fixedBetween(
  old: EvidentImage,
  now: EvidentImage,
  watch: WatchRecord | undefined,
): readonly string[] | null {
  const [first, second] = [foundIn(old, watch), foundIn(now, watch)];
  if (first === undefined || second === undefined) return null;
  const still = new Set(second.map(({ id }) => id));
  const exposed = first.filter(({ spans }) => spans.length > 0).map(({ id }) => id);
  return [...new Set(exposed)].filter((id) => !still.has(id)).toSorted();
}

/** What is known against an image. That no tag leads to it any more fixes nothing in it. */
function foundIn(image: EvidentImage, watch: WatchRecord | undefined): WatchedVulnerability[] | undefined {
  return watchedImage(watch, image)?.vulnerabilities.filter(({ ending }) => ending !== 'not-found');
}

function left({ images }: EvidentRelease, other: EvidentRelease): string[] {
  const there = new Set(other.images.map(nameOf));
  return images.map(nameOf).filter((name) => !there.has(name));
}

function nameOf({ variant, platform }: Pick<EvidentImage, 'variant' | 'platform'>): string {
  return `${variant} (${platform})`;
}

function identityOf({ version, commit, signedAt }: EvidentRelease): Omit<EvidentRelease, 'images'> {
  return { version, commit, signedAt };
}
