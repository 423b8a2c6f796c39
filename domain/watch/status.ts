import { z } from 'zod';
import { Artifact } from '../artifact.ts';
import { Line } from '../pins/values.ts';
import { VARIANTS } from '../pins/variant.ts';
import { EXPOSURES } from './contract.ts';
import { WatchedVulnerability, WatchProblem } from './record.ts';

const Moment = z.iso.datetime();

/** A vulnerability that what is published is exposed to. */
export const Exposed = z.strictObject({
  id: Line,
  severity: WatchedVulnerability.shape.severity,
  variants: z.array(z.enum(VARIANTS)).min(1),
  /** Name and version of what is vulnerable. */
  packages: z.array(Line).min(1),
  since: Moment,
  /** Name and version of what fixes it; none while there is no fix. */
  fixes: z.array(Line),
  /** When the fix must be out, by policy; null while there is none. */
  deadline: Moment.nullable(),
});
export type Exposed = z.infer<typeof Exposed>;

/** What one look came to. */
export const Watched = z.strictObject({
  exposure: z.enum(EXPOSURES),
  /** Since when it stands so; null for what is unknown. */
  since: Moment.nullable(),
  /** How many images tags lead to, and how many of them are of the newest version. */
  images: z.strictObject({ published: z.int().nonnegative(), current: z.int().nonnegative() }),
  exposures: z.array(Exposed),
  /** Vulnerabilities of current images that a person's statement stands for. */
  stated: z.array(Line),
  /** Exposures that the look before did not know, and those of it that ended. */
  news: z.array(Line),
  ended: z.array(Line),
  problems: z.array(WatchProblem),
});
export type Watched = z.infer<typeof Watched>;

/** A run of the watch. It is in its memo, and its result. */
export const WatchStatus = z.strictObject({
  schemaVersion: z.literal(1),
  startedAt: Moment,
  endedAt: Moment.nullable(),
  /** Null until it has looked. */
  watched: Watched.nullable(),
  /** The whole record, in the store; null when the look could not be done. */
  record: Artifact.nullable(),
  /** What was said on the forge; null when nothing could be. */
  told: Line.nullable(),
  /** What became of asking ingest for a fix; null when there was nothing to ask for. */
  ingest: z.enum(['started', 'joined']).nullable(),
});
export type WatchStatus = z.infer<typeof WatchStatus>;
