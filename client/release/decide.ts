import {
  type Client,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import {
  type ABORT_UPDATE,
  type APPROVE_UPDATE,
  type Decision,
  RETRY_UPDATE,
} from '../../domain/release/contract.ts';
import { listReleases, lookAgain } from './releases.ts';
import type { ReleaseEntry } from './release-entry.ts';
import { selectOpenRelease, shortCommit } from './select-release.ts';

/** What an operator decides. */
export type Verb = typeof RETRY_UPDATE | typeof APPROVE_UPDATE | typeof ABORT_UPDATE;

/** A worker that is up takes a decision within moments. */
const ANSWER_WITHIN_MS = 30_000;

/**
 * Hands an operator's decision to the running release that a word names, and returns the release as it then is. Throws FND_BAD_INPUT
 * when the word names no running release, or when the release does not take the decision, with the state that it is in;
 * FND_NOT_RUNNING when no worker answers.
 */
export async function decide(
  client: Client,
  word: string,
  verb: Verb,
  decision: Decision,
): Promise<ReleaseEntry> {
  const entry = selectOpenRelease(await listReleases(client, new Date()), word);
  const handle = client.workflow.getHandle(entry.id, entry.runId);
  try {
    await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      handle.executeUpdate(verb, { args: [decision] }),
    );
  } catch (error) {
    throw refused(error, { verb, now: await lookAgain(client, entry) });
  }
  return await lookAgain(client, entry);
}

/** Why a decision was not taken, as one of our errors. Exported for its test. */
export function refused(error: unknown, { verb, now }: { verb: Verb; now: ReleaseEntry }): unknown {
  if (error instanceof WorkflowUpdateFailedError || error instanceof WorkflowNotFoundError) {
    const reason = error instanceof WorkflowNotFoundError ? `it is ${now.state}` : messageOf(error.cause);
    return new FoundryError('FND_BAD_INPUT', `${now.id} does not take ${verb}: ${reason}`, {
      hint: nextStep(verb, now),
      cause: error,
    });
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return new FoundryError('FND_NOT_RUNNING', `no worker took ${verb} for ${now.id} within 30 seconds`, {
      hint: 'See `./foundry status`; `./foundry up` starts the workers. It may still take effect then.',
      cause: error,
    });
  }
  return error;
}

function nextStep(verb: Verb, now: ReleaseEntry): string {
  const show = `./foundry show ${shortCommit(now)}`;
  if (verb === RETRY_UPDATE && now.state === 'running') {
    return `Only a release that waits can be retried; \`${show}\` tells when it does.`;
  }
  return `See it with \`${show}\`.`;
}
