import { z } from 'zod';
import { CommitId, Line, OciDigestText, OpensslVersion, Sha256Text } from '../pins/values.ts';
import { PLATFORMS, VARIANTS } from '../pins/variant.ts';

const Moment = z.iso.datetime();

/** From the mildest to the worst. What nobody could tell counts as the worst. */
const Severity = z.enum(['unknown', 'low', 'medium', 'high', 'critical']);

/** A time in which an image was exposed; one that goes on has no end. */
const Span = z.strictObject({ from: Moment, until: Moment.nullable() });

/** A vulnerability of a package of an image, over all looks that found it. */
export const WatchedVulnerability = z.strictObject({
  id: Line,
  package: Line,
  /** Of the package in the image. */
  version: Line,
  severity: Severity,
  /** The first look that found it. */
  firstSeen: Moment,
  /** The version that fixes it and that may be used; null while there is none. */
  fixedVersion: Line.nullable(),
  /** The first look that knew of a fix. */
  fixedSince: Moment.nullable(),
  /** Why it does no harm, by a person: while this stands it is no exposure. */
  stated: z.string().min(1).nullable(),
  /** When the image was exposed to it, in order of time, without overlap. */
  spans: z.array(Span),
  /** When the fix must be out, by policy; null while there is no fix, no exposure, or a newer version is out. */
  deadline: Moment.nullable(),
  /** The first look that did not find it any more; null while it is found. */
  endedAt: Moment.nullable(),
  /** `not-found`: the advisories do not name it any more. `unpublished`: no tag leads to the image. */
  ending: z.enum(['not-found', 'unpublished']).nullable(),
});
export type WatchedVulnerability = z.infer<typeof WatchedVulnerability>;

/** An image that was published, by the digest of its index and its platform. */
export const WatchedImage = z.strictObject({
  digest: OciDigestText,
  version: OpensslVersion,
  variant: z.enum(VARIANTS),
  platform: z.enum(PLATFORMS),
  /** The tags that led to it at the last look, sorted; none once it is not published any more. */
  tags: z.array(Line),
  /** When it was verified for its release first. */
  releasedAt: Moment,
  /** The last look that read its SBOM and scanned it. */
  scannedAt: Moment,
  /** The first look at which no tag led to it any more. */
  unpublishedAt: Moment.nullable(),
  vulnerabilities: z.array(WatchedVulnerability),
});
export type WatchedImage = z.infer<typeof WatchedImage>;

/** Why nothing can be said of something that is published. */
export const WatchProblem = z.strictObject({
  /** The tags that lead to it, or what else it is. */
  what: Line,
  /** The image; null when it is about everything. */
  digest: OciDigestText.nullable(),
  /** An error code, or the id of a check that did not run. */
  code: Line,
  message: z.string().min(1),
});
export type WatchProblem = z.infer<typeof WatchProblem>;

/** All that is known of what was ever published. A look that could not be done leaves it as it is. */
export const WatchRecord = z.strictObject({
  schemaVersion: z.literal(1),
  /** When the last look was. */
  lookedAt: Moment,
  /** Since when every look found nothing and could look at everything; null when the last one did not. */
  zeroSince: Moment.nullable(),
  /** The commit whose policy and statements the last look went by. */
  commit: CommitId,
  /** What the last look asked. */
  databases: z.array(z.strictObject({ uri: z.string().min(1), sha256: Sha256Text, updatedAt: Moment })),
  /** What the last look could not look at. */
  problems: z.array(WatchProblem),
  /** Sorted by release, then digest, then platform. */
  images: z.array(WatchedImage),
});
export type WatchRecord = z.infer<typeof WatchRecord>;
