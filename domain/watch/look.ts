import type { WatchedImage, WatchedVulnerability, WatchProblem, WatchRecord } from './record.ts';

/** How long an exposure may last once there is a fix: `policy.watch` of `versions.hcl`. */
export interface ServiceLevels {
  readonly critical: string;
  readonly others: string;
}

/** What one look found in one image. */
export type FoundVulnerability = Pick<
  WatchedVulnerability,
  'id' | 'package' | 'version' | 'severity' | 'fixedVersion' | 'stated'
>;

/** An image that a tag leads to and that was scanned. */
export interface ScannedImage extends Pick<
  WatchedImage,
  'digest' | 'version' | 'variant' | 'platform' | 'tags' | 'releasedAt'
> {
  readonly found: readonly FoundVulnerability[];
}

/** An image that a tag leads to, and that could not be judged. */
export interface UnjudgedImage extends Pick<WatchedImage, 'digest' | 'tags'> {
  /** Which of several that its index leads to. */
  readonly platform?: WatchedImage['platform'];
  readonly problem: Pick<WatchProblem, 'code' | 'message'>;
}

/** One look at everything that is published. */
export interface Look extends Pick<WatchRecord, 'commit' | 'databases'> {
  /** When it was. */
  readonly at: Date;
  readonly scanned: readonly ScannedImage[];
  readonly unjudged: readonly UnjudgedImage[];
  readonly levels: ServiceLevels;
}
