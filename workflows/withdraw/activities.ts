import { proxyActivities, type ActivityInterfaceFor, type ActivityOptions } from '@temporalio/workflow';
import type { PackageActivities } from '../../activities/publish/package-activities.ts';
import type { PublishActivities } from '../../activities/publish/publish-activities.ts';
import type { WithdrawActivities } from '../../activities/publish/withdraw-activities.ts';
import type { WithdrawalSigning } from '../../activities/sign/sign-withdrawal.ts';

/** Tried again without end: what was to be withdrawn must not stay because a server was away for an hour. Refusals are final as ever. */
const STEADILY: ActivityOptions = {
  heartbeatTimeout: '20 seconds',
  startToCloseTimeout: '10 minutes',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
};

type Publishing = WithdrawActivities & PublishActivities & PackageActivities;

/** The registry and the forge. */
export const {
  planWithdrawal,
  restoreTags,
  restorePackages,
  storeWithdrawal,
  setCommitStatus,
}: ActivityInterfaceFor<Publishing> = proxyActivities<Publishing>({ ...STEADILY, taskQueue: 'publish' });

/** The one worker that has an identity. */
export const { signWithdrawal }: ActivityInterfaceFor<WithdrawalSigning> = proxyActivities<WithdrawalSigning>(
  { ...STEADILY, taskQueue: 'sign' },
);
