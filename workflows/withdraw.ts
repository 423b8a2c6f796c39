import { isCancellation, upsertMemo } from '@temporalio/workflow';
import { STATUS_MEMO } from '../domain/release/contract.ts';
import type { WithdrawalOrder, WithdrawalStatus } from '../domain/withdrawal/contract.ts';
import { failureOf, problemOf } from './release/problem-of.ts';
import { RELEASE_CONTEXT } from './release/tell-forge.ts';
import {
  planWithdrawal,
  restorePackages,
  restoreTags,
  setCommitStatus,
  signWithdrawal,
  storeWithdrawal,
} from './withdraw/activities.ts';

/**
 * Withdraws what a release published. The signed statement comes first, because it goes with the digest wherever the image was copied with what
 * is attached to it; then the tags, then everything that tells of it. Each step may be repeated, so nothing has to be taken back: what was
 * interrupted is gone on with.
 */
export async function withdraw(order: WithdrawalOrder): Promise<WithdrawalStatus> {
  let status: WithdrawalStatus = {
    schemaVersion: 1,
    ...order,
    state: 'running',
    images: [],
    withdrawnAt: null,
    replacement: null,
    tags: [],
    left: [],
    statement: null,
  };
  const change = (changed: Partial<WithdrawalStatus>): void => {
    status = { ...status, ...changed };
    upsertMemo({ [STATUS_MEMO]: status });
  };
  change({});
  try {
    const target = { version: order.version, commit: order.commit, variant: order.variant };
    const { images, tags, previous, replacement } = await planWithdrawal(target);
    change({ images: [...images], tags: [...previous], replacement });

    const { bundle, withdrawnAt } = await signWithdrawal.executeWithOptions(
      { summary: 'sign and attach the withdrawal' },
      [],
    );
    change({ withdrawnAt });

    const { left } = await restoreTags.executeWithOptions({ summary: 'tags to what is good' }, [
      { tags, previous },
    ]);
    change({ left: [...left] });
    if (order.variant === null) await takePackagesBack(order, replacement);

    const { digest } = await storeWithdrawal({ ...target, bundle });
    await setCommitStatus.executeWithOptions({ summary: 'commit status: failure' }, [
      { commit: order.commit, context: RELEASE_CONTEXT, state: 'failure', description: described(order) },
    ]);
    change({ statement: digest, state: 'completed' });
    return status;
  } catch (error) {
    if (isCancellation(error)) throw error;
    throw failureOf(problemOf(error));
  }
}

/** The packages are those that the images are made of. */
async function takePackagesBack(
  { version, commit }: WithdrawalOrder,
  replacement: string | null,
): Promise<void> {
  const previous = replacement === null ? null : `${version}-${replacement.slice(0, 12)}`;
  await restorePackages.executeWithOptions({ summary: 'packages to what is good' }, [
    { version, commit, previous },
  ]);
}

function described({ version, variant, reason }: WithdrawalOrder): string {
  const what = variant === null ? `OpenSSL ${version}` : `${variant} of OpenSSL ${version}`;
  return `${what} is withdrawn: ${reason}`;
}
