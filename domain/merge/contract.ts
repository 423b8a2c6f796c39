import { z } from 'zod';
import { CommitId, OpensslVersion } from '../pins/values.ts';

/** The names that the merge signal, its workflow and clients meet under. None changes its meaning. */
export const MERGES_WORKFLOW = 'merges';
/** There is one line of merged commits. */
export const MERGES_ID = 'merges';
export const MERGED_SIGNAL = 'merged';
/** Where the line lies in the memo of its workflow, readable with no worker up. */
export const LINE_MEMO = 'line';

/** A commit that was merged and whose release is due. */
export const MergedCommit = z.strictObject({
  version: OpensslVersion,
  commit: CommitId,
  /** How many commits the branch has up to it: of two commits the newer one has more. */
  height: z.int().positive(),
  /** What it wants to become of a release of an older commit that runs: its own policy. */
  newer: z.enum(['queue', 'supersede']),
  /** Who told. */
  by: z.string().min(1),
});
export type MergedCommit = z.infer<typeof MergedCommit>;

/** The line of merged commits. */
export const MergeLine = z.strictObject({
  /** The one whose release was begun; it stays until that has ended. */
  running: MergedCommit.nullable(),
  /** The others, the oldest first. */
  waiting: z.array(MergedCommit),
});
export type MergeLine = z.infer<typeof MergeLine>;

/** A line in which nobody stands. */
export const EMPTY_LINE: MergeLine = { running: null, waiting: [] };
