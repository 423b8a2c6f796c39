import type { SearchAttributePair } from '@temporalio/common';
import { type ReleaseIdentity, releaseWorkflowId } from '../pins/identity.ts';
import type { ReleaseInput } from './plan.ts';
import { COMMIT_KEY, VERSION_KEY } from './search-attributes.ts';

/** Who asked for a release, and a number of its own for every asking. */
export const ASKED_MEMO = 'asked';

/** How a release is asked for. */
export interface ReleaseAsking {
  readonly isRebuild: boolean;
  /** Who asks. */
  readonly by: string;
  /** The number of this asking. */
  readonly asking: string;
}

/** The workflow of a release, as it is started by whomever: one that runs must look the same whoever asked for it. */
export interface ReleaseStart {
  readonly workflowId: string;
  readonly args: [ReleaseInput];
  readonly typedSearchAttributes: SearchAttributePair[];
  readonly memo: Record<string, unknown>;
  readonly staticSummary: string;
}

/** How the workflow of a release is started. */
export function releaseStart(
  identity: ReleaseIdentity,
  { isRebuild, by, asking }: ReleaseAsking,
): ReleaseStart {
  const { version, commit } = identity;
  return {
    workflowId: releaseWorkflowId(identity),
    args: [{ version, commit, isRebuild }],
    typedSearchAttributes: [
      { key: COMMIT_KEY, value: commit },
      { key: VERSION_KEY, value: version },
    ],
    memo: { [ASKED_MEMO]: { by, asking } },
    staticSummary: `OpenSSL ${version} of ${commit.slice(0, 12)}, asked for by ${by}`,
  };
}
