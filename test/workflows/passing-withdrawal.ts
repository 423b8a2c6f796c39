import type { WithdrawActivities } from '../../activities/publish/withdraw-activities.ts';
import type { WithdrawalSigning } from '../../activities/sign/sign-withdrawal.ts';
import { type OciDigest, ociDigest, sha256 } from '../../domain/digest.ts';
import { artifact } from './passing-ingest.ts';

/** The activities of a withdrawal that finds an earlier release, `eee…`, to take the place. */
export const PASSING_WITHDRAWAL: WithdrawActivities & WithdrawalSigning = {
  planWithdrawal: async ({ version, variant }) => ({
    images: [{ variant: variant ?? 'standard', platform: 'linux/amd64', digest: digestOf('image') }],
    tags: [{ tag: version, digest: digestOf('image') }],
    previous: [{ tag: version, digest: digestOf('earlier') }],
    replacement: 'e'.repeat(40),
  }),
  signWithdrawal: async () => ({ bundle: artifact('withdrawal'), withdrawnAt: '2026-11-22T12:00:00.000Z' }),
  storeWithdrawal: async () => ({ digest: digestOf('withdrawal') }),
};

function digestOf(text: string): OciDigest {
  return ociDigest(sha256(text));
}
