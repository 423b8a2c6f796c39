import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import {
  EMPTY_LINE,
  LINE_MEMO,
  MERGED_SIGNAL,
  type MergedCommit,
  MergeLine,
  MERGES_ID,
  MERGES_WORKFLOW,
} from '../../domain/merge/contract.ts';
import { releaseWorkflowId } from '../../domain/pins/identity.ts';
import type { TaskQueue } from '../../domain/release/contract.ts';
import { isOpen, type ReleaseEntry } from '../release/release-entry.ts';
import { listReleases, lookAt } from '../release/releases.ts';
import type { RequestedRelease } from '../release/requested-release.ts';

/** A merge that was told, and what came of it. */
export interface NotifiedMerge {
  /**
   * `started`: its release began. `queued`: it stands in the line. `known`: it was told before, or somebody released it; nothing was done.
   * `overtaken`: a newer commit is released or being released, and an older one would move its tags back; nothing was done.
   */
  readonly how: 'started' | 'queued' | 'known' | 'overtaken';
  /** The id of its release. */
  readonly id: string;
  readonly version: string;
  readonly commit: string;
  /** How it stands with its release; null before there is one. */
  readonly state: ReleaseEntry['state'] | null;
  /** The release that overtook it. */
  readonly by: string | null;
  /** Whether a worker has seen it: without one it is kept by the server until one comes. */
  readonly isSeen: boolean;
}

/** How a worker is waited for. */
export interface Patience {
  readonly pauseMs: number;
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

const QUEUE: TaskQueue = 'control';

/**
 * Tells that a commit was merged, and waits a moment to see what comes of it. Twice is once. `by` is who tells. Throws what the server
 * answers.
 */
export async function notifyMerge(
  client: Client,
  { after, ...requested }: RequestedRelease,
  by: string,
  patience: Patience,
): Promise<NotifiedMerge> {
  const { version, commit } = requested;
  const id = releaseWorkflowId(requested);
  const told = { id, version, commit, by: null };
  const there = await lookAt(client, { id });
  if (there !== undefined) return { ...told, how: 'known', state: there.state, isSeen: true };
  if ((await placeInLine(client, commit)) !== null)
    return { ...told, how: 'known', state: null, isSeen: true };
  const overtaking = overtakerOf(await listReleases(client, new Date()), after);
  if (overtaking !== undefined) {
    return { ...told, how: 'overtaken', state: null, by: overtaking.id, isSeen: true };
  }
  const merged: MergedCommit = { ...requested, by };
  await client.workflow.signalWithStart(MERGES_WORKFLOW, {
    workflowId: MERGES_ID,
    taskQueue: QUEUE,
    args: [EMPTY_LINE],
    signal: MERGED_SIGNAL,
    signalArgs: [merged],
    staticSummary: 'merged commits, released one at a time',
  });
  return { ...told, ...(await whatCameOfIt(client, { id, commit }, patience)) };
}

/** The release that stands for commits after one: what was aborted stands for nothing. */
export function overtakerOf(
  entries: readonly ReleaseEntry[],
  after: readonly string[],
): ReleaseEntry | undefined {
  const newer = new Set(after);
  return entries.find((entry) => newer.has(entry.commit) && (isOpen(entry) || entry.state === 'completed'));
}

async function whatCameOfIt(
  client: Client,
  { id, commit }: { readonly id: string; readonly commit: string },
  { pauseMs, patienceMs, signal }: Patience,
): Promise<Pick<NotifiedMerge, 'how' | 'state' | 'isSeen'>> {
  const began = Date.now();
  for (;;) {
    const release = await lookAt(client, { id });
    if (release !== undefined) return { how: 'started', state: release.state, isSeen: true };
    const place = await placeInLine(client, commit);
    // Who is next begins within moments, unless a release runs that the line did not begin.
    if (place === 'behind' || Date.now() - began > patienceMs) {
      return { how: 'queued', state: null, isSeen: place !== null };
    }
    await sleep(pauseMs, undefined, { signal });
  }
}

/** Where a commit stands in the line: `next`, or `behind` others; null when nowhere. */
async function placeInLine(client: Client, commit: string): Promise<'next' | 'behind' | null> {
  try {
    const { memo, status } = await client.workflow.getHandle(MERGES_ID).describe();
    const line = MergeLine.safeParse(memo?.[LINE_MEMO]);
    // What a line that somebody ended from outside still names stands nowhere.
    if (status.name !== 'RUNNING' || !line.success) return null;
    const { running, waiting } = line.data;
    if (running?.commit === commit) return 'next';
    const index = waiting.findIndex((one) => one.commit === commit);
    if (index === -1) return null;
    return index === 0 && running === null ? 'next' : 'behind';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
