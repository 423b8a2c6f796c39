import type { WatchedImage, WatchRecord } from './record.ts';

/** What the record knows of an image. Images of several platforms are under one index, so its digest is not enough. */
export function watchedImage(
  record: WatchRecord | null | undefined,
  { digest, platform }: { readonly digest: string; readonly platform: string },
): WatchedImage | undefined {
  return record?.images.find((one) => one.digest === digest && one.platform === platform);
}
