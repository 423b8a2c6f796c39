import { z } from 'zod';
import { CommitId, Sha256Text } from '../pins/values.ts';
import { IngestPlan } from './plan.ts';

/** Pins to publish: what a commit will hold, and on what it goes on from. */
export const Proposal = z.strictObject({
  schemaVersion: z.literal(1),
  mode: z.enum(['push', 'pull-request']),
  plan: IngestPlan,
  /** The pins of the commit that the plan goes on from, by `pinsDigest`: where others stand, this is no longer to be published. */
  from: Sha256Text,
  /** The commit message. */
  message: z.string().min(1),
  /** The text of `versions.hcl`. */
  versions: z.string(),
  /** The text of the lock. */
  lock: z.string(),
  /** The commit that it goes on from, in full. */
  commit: CommitId,
});
export type Proposal = z.infer<typeof Proposal>;
