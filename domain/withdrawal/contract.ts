import { z } from 'zod';
import { type ReleaseIdentity, releaseWorkflowId } from '../pins/identity.ts';
import { CommitId, OpensslVersion, OciDigestText } from '../pins/values.ts';
import { PLATFORMS, type Variant, VARIANTS } from '../pins/variant.ts';

/** The names that workers, workflows and clients meet under. None changes its meaning. */
export const WITHDRAW_WORKFLOW = 'withdraw';

/** What is withdrawn, by whom and why. Which images that are stands in the signed record of the release, and nowhere else. */
export const WithdrawalOrder = z.strictObject({
  version: OpensslVersion,
  commit: CommitId,
  /** Null for all images of the release. */
  variant: z.enum(VARIANTS).nullable(),
  by: z.string().min(1),
  reason: z.string().trim().min(1),
});
export type WithdrawalOrder = z.infer<typeof WithdrawalOrder>;

/** What a withdrawal is of. */
export interface WithdrawalTarget extends ReleaseIdentity {
  readonly variant: Variant | null;
}

/** An image that is withdrawn, by the digest of its index. */
export const WithdrawnImage = z.strictObject({
  variant: z.enum(VARIANTS),
  platform: z.enum(PLATFORMS),
  digest: OciDigestText,
});
export type WithdrawnImage = z.infer<typeof WithdrawnImage>;

const TagState = z.strictObject({ tag: z.string(), digest: OciDigestText.nullable() });

/** How a withdrawal stands; at its end what it came to. It lies in the memo of its workflow. */
export const WithdrawalStatus = z.strictObject({
  schemaVersion: z.literal(1),
  ...WithdrawalOrder.shape,
  state: z.enum(['running', 'completed']),
  images: z.array(WithdrawnImage),
  /** What the signed statement says; null until it is attached. */
  withdrawnAt: z.iso.datetime().nullable(),
  /** The commit of the release that the tags lead to now; null where there is none that is good, and they are gone. */
  replacement: CommitId.nullable(),
  /** Where each tag was to lead; null for one that was to go. */
  tags: z.array(TagState),
  /** Tags that had moved on to something else, and stayed there. */
  left: z.array(TagState),
  /** The statement as an artifact of its own, beside the images. */
  statement: OciDigestText.nullable(),
});
export type WithdrawalStatus = z.infer<typeof WithdrawalStatus>;

/** The id of the workflow that withdraws: the same thing asked for twice is one. */
export function withdrawWorkflowId({ version, commit, variant }: WithdrawalTarget): string {
  return `withdraw-${version}-${commit}${variant === null ? '' : `-${variant}`}`;
}

/** The tag of the signed statement. */
export function withdrawalTag({ version, commit, variant }: WithdrawalTarget): string {
  return `withdrawal-${version}-${commit.slice(0, 12)}${variant === null ? '' : `-${variant}`}`;
}

/** The withdrawals of a release. */
export function withdrawalsOf(
  all: readonly WithdrawalStatus[],
  release: { readonly id: string },
): WithdrawalStatus[] {
  return all.filter((one) => releaseWorkflowId(one) === release.id);
}
