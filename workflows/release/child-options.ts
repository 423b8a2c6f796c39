import {
  type ChildWorkflowOptions,
  ChildWorkflowCancellationType,
  ParentClosePolicy,
} from '@temporalio/workflow';
import type { Variant } from '../../domain/pins/variant.ts';
import type { ReleaseInput } from '../../domain/release/plan.ts';
import { COMMIT_KEY, VARIANT_KEY, VERSION_KEY } from '../../domain/release/search-attributes.ts';

/** How the workflow of one image runs under its release: its cancellation is waited for, and it never outlives the release. */
export function childOptions(
  workflowId: string,
  { commit, version }: ReleaseInput,
  variant: Variant,
): Pick<
  ChildWorkflowOptions,
  'workflowId' | 'cancellationType' | 'parentClosePolicy' | 'typedSearchAttributes' | 'staticSummary'
> {
  return {
    workflowId,
    cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    staticSummary: `${variant} of ${version}`,
    typedSearchAttributes: [
      { key: COMMIT_KEY, value: commit },
      { key: VERSION_KEY, value: version },
      { key: VARIANT_KEY, value: variant },
    ],
  };
}
