import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { RELEASE_WORKFLOW } from '../../domain/release/contract.ts';
import { entryOf, type ReleaseEntry } from './release-entry.ts';
import { selectRelease } from './select-release.ts';

/** Statuses are in the answers, so a page of many would outgrow what one message may hold. */
const PAGE_SIZE = 20;

/** Every run of every release that Temporal still keeps, newest first. Needs no worker. */
export async function listReleases(client: Client, now: Date): Promise<ReleaseEntry[]> {
  const query = `WorkflowType = '${RELEASE_WORKFLOW}'`;
  const entries: ReleaseEntry[] = [];
  for await (const execution of client.workflow.list({ query, pageSize: PAGE_SIZE })) {
    entries.push(entryOf(execution, now));
  }
  return entries.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
}

/** A release as it is at this moment: the list may lag behind by a second. The newest run when none is named; undefined without one. */
export async function lookAt(
  client: Client,
  { id, runId }: { readonly id: string; readonly runId?: string },
): Promise<ReleaseEntry | undefined> {
  try {
    return entryOf(await client.workflow.getHandle(id, runId).describe(), new Date());
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** A release of the list as it is at this moment; as it was listed when Temporal keeps it no longer. */
export async function lookAgain(client: Client, listed: ReleaseEntry): Promise<ReleaseEntry> {
  return (await lookAt(client, listed)) ?? listed;
}

/** The release that a word names, as it is at this moment. Throws what {@link selectRelease} throws. */
export async function findRelease(client: Client, word: string): Promise<ReleaseEntry> {
  return await lookAgain(client, selectRelease(await listReleases(client, new Date()), word));
}
