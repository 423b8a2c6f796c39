import { z } from 'zod';
import { Artifact } from '../artifact.ts';
import { Address, CommitId, Line, OpensslVersion } from '../pins/values.ts';
import { PLATFORMS, VARIANTS } from '../pins/variant.ts';

/** What a release is asked for: a commit of the forge, and the version its pins must name. */
export const ReleaseInput = z.strictObject({
  version: OpensslVersion,
  commit: CommitId,
  /** Builds everything anew instead of reusing results of equal inputs. */
  isRebuild: z.boolean(),
});
export type ReleaseInput = z.infer<typeof ReleaseInput>;

/** Everything a release goes by, as its commit has it. It lies in the artifact store; activities hand on its digest. */
export const ReleasePlan = z.strictObject({
  schemaVersion: z.literal(1),
  version: OpensslVersion,
  commit: CommitId,
  /** The repository that the commit is in. */
  source: Address,
  /**
   * The commit up to `commit` that last changed what images are made from. They carry it and its time: one that changes nothing in them
   * makes the same images.
   */
  revision: CommitId,
  /** Seconds since 1970: when `revision` was made, and the time of the images. */
  epoch: z.int().positive(),
  /** The files of the commit that count: pins, lock, blueprints and the rest of the infrastructure, by path. */
  files: z.record(Line, Artifact),
});
export type ReleasePlan = z.infer<typeof ReleasePlan>;

/** What the workflow itself needs to know of a plan. */
export const OpenedPlan = z.strictObject({
  plan: Artifact,
  variants: z.array(z.enum(VARIANTS)).min(1),
  platforms: z.array(z.enum(PLATFORMS)).min(1),
  /** How long a release waits for an operator before it aborts, in milliseconds. */
  operatorWaitMs: z.int().positive(),
  /** Whether a person must approve it before it is promoted. */
  needsApproval: z.boolean(),
});
export type OpenedPlan = z.infer<typeof OpenedPlan>;
