import { z } from 'zod';
import type { Platform } from '../pins/variant.ts';

/** The names that workers, workflows and clients meet under. None changes its meaning. */
export const RELEASE_WORKFLOW = 'release';
export const STATUS_QUERY = 'status';
export const RETRY_UPDATE = 'retry';
export const ABORT_UPDATE = 'abort';
export const APPROVE_UPDATE = 'approve';
/** Where the status of a release lies in its memo, readable with no worker up. */
export const STATUS_MEMO = 'status';
/** The type of the failure that an aborted release ends with. */
export const ABORTED_FAILURE = 'ReleaseAborted';

/** The search attributes of a release, its images, of ingest and the watch, all keywords. */
export const SEARCH_ATTRIBUTES = [
  'ReleaseCommit',
  'ReleaseVersion',
  'ReleaseStage',
  'ReleaseVerdict',
  'ReleaseVariant',
  'IngestOutcome',
  'Exposure',
] as const;
export type SearchAttribute = (typeof SEARCH_ATTRIBUTES)[number];

const MACHINES = { 'linux/amd64': 'amd64', 'linux/arm64': 'arm64' } as const satisfies Record<
  Platform,
  string
>;
type Machine = (typeof MACHINES)[Platform];

/** A task queue is a capability: workers serve those they can do. */
export type TaskQueue =
  | 'control'
  | 'ingest'
  | 'scan'
  | 'publish'
  | 'sign'
  | `build-${Machine}`
  | `selftest-${Machine}`;
export const TASK_QUEUES: readonly TaskQueue[] = [
  'control',
  'ingest',
  'scan',
  'publish',
  'sign',
  'build-amd64',
  'build-arm64',
  'selftest-amd64',
  'selftest-arm64',
];

/** Where packages and images of a platform are built: on its own machine type, never emulated. */
export function buildQueue(platform: Platform): TaskQueue {
  return `build-${MACHINES[platform]}`;
}

/** Where images of a platform are tested. */
export function selftestQueue(platform: Platform): TaskQueue {
  return `selftest-${MACHINES[platform]}`;
}

/** What an operator says with a decision: who it was, and why. */
export const Decision = z.strictObject({
  by: z.string().min(1, 'name who decides'),
  reason: z.string(),
});
export type Decision = z.infer<typeof Decision>;
