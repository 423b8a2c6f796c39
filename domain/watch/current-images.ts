import type { WatchedImage } from './record.ts';

/**
 * The images that are published now, each variant and platform at its newest version: what readers are told to use. An older version
 * that still has its tag is watched too, and what it is exposed to is answered by the newer one.
 */
export function currentImages(images: readonly WatchedImage[]): WatchedImage[] {
  const published = images.filter(({ tags }) => tags.length > 0);
  return published.filter(
    (image) => !published.some((other) => isSameKind(image, other) && isNewer(other.version, image.version)),
  );
}

function isSameKind(a: WatchedImage, b: WatchedImage): boolean {
  return a.variant === b.variant && a.platform === b.platform;
}

function isNewer(a: string, b: string): boolean {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  const differing = left.findIndex((number, position) => number !== right[position]);
  return differing !== -1 && (left[differing] ?? 0) > (right[differing] ?? 0);
}
