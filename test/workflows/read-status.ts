import { setTimeout as sleep } from 'node:timers/promises';
import { STATUS_MEMO } from '../../domain/release/contract.ts';
import { ReleaseStatus } from '../../domain/release/status.ts';
import type { Started } from './stage.ts';

/** What the memo says, as anybody can read it with no worker up. */
export async function remembered({ handle }: Started): Promise<ReleaseStatus> {
  return ReleaseStatus.parse((await handle.describe()).memo?.[STATUS_MEMO]);
}

/** Waits until the status of a release is so. Throws after half a minute, with what it was. */
export async function waitUntil(
  started: Started,
  isSo: (status: ReleaseStatus) => boolean,
): Promise<ReleaseStatus> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const status = await remembered(started).catch(() => undefined);
    if (status !== undefined && isSo(status)) return status;
    if (performance.now() > deadline) throw new Error(`in vain: ${JSON.stringify(status)}`);
    await sleep(50);
  }
}
