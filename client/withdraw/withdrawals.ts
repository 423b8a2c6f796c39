import type { Client } from '@temporalio/client';
import { STATUS_MEMO } from '../../domain/release/contract.ts';
import { WITHDRAW_WORKFLOW, WithdrawalStatus } from '../../domain/withdrawal/contract.ts';

/** Every withdrawal that Temporal keeps, newest first, also one that is not done yet. Needs no worker. */
export async function listWithdrawals(client: Client): Promise<WithdrawalStatus[]> {
  const found: { startedAt: number; status: WithdrawalStatus }[] = [];
  for await (const { memo, startTime } of client.workflow.list({
    query: `WorkflowType = '${WITHDRAW_WORKFLOW}'`,
  })) {
    const { data } = WithdrawalStatus.safeParse(memo?.[STATUS_MEMO]);
    if (data !== undefined) found.push({ startedAt: startTime.getTime(), status: data });
  }
  return found.toSorted((a, b) => b.startedAt - a.startedAt).map(({ status }) => status);
}
