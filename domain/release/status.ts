import { z } from 'zod';
import { TEST_SUITES } from '../evidence/test-result.ts';
import { CommitId, OpensslVersion, OciDigestText, Sha256Text } from '../pins/values.ts';
import { PLATFORMS, VARIANTS } from '../pins/variant.ts';
import { StageOutcome } from './check.ts';
import { Stage } from './stage.ts';

const Moment = z.iso.datetime();

/** Why something did not go on: an error of ours by its code, or what a stage found. */
export const Problem = z.strictObject({
  /** An error code, or `verdict` where a stage looked and did not like what it saw. */
  code: z.string(),
  message: z.string(),
  hint: z.string().nullable(),
  /** The id of the check that failed first, if it was one. */
  check: z.string().nullable(),
});
export type Problem = z.infer<typeof Problem>;

/** A piece of a stage that is looked at by itself: a build, a comparison, a variant. */
const Part = z.strictObject({
  name: z.string(),
  state: z.enum(['running', 'pass', 'fail', 'not-run']),
  seconds: z.number().nullable(),
  /** What came out, for people. */
  detail: z.string().nullable(),
  outcome: StageOutcome.nullable(),
});
export type Part = z.infer<typeof Part>;

export const StageStatus = z.strictObject({
  stage: Stage,
  state: z.enum(['pending', 'running', 'waiting', 'pass', 'fail', 'not-run']),
  /** How often it was tried, the first time included. */
  attempts: z.int().nonnegative(),
  startedAt: Moment.nullable(),
  /** From its first start to its end, waiting included. */
  seconds: z.number().nullable(),
  parts: z.array(Part),
});
export type StageStatus = z.infer<typeof StageStatus>;

/** A signed claim about an image, as it is attached to it. */
export const Attestation = z.strictObject({
  predicateType: z.string().min(1),
  /** Which of the test results it is. */
  suite: z.enum(TEST_SUITES).nullable(),
  /** Of the Sigstore bundle. */
  bundle: Sha256Text,
});
export type Attestation = z.infer<typeof Attestation>;

/** An image of a release, where it is now: in quarantine, and in the end where readers find it. */
export const ReleasedImage = z.strictObject({
  variant: z.enum(VARIANTS),
  platform: z.enum(PLATFORMS),
  registry: z.string(),
  repository: z.string(),
  /** Of its index. */
  digest: OciDigestText,
  /** The tag that readers find it by; null while it is in quarantine. */
  tag: z.string().nullable().default(null),
  attestations: z.array(Attestation).default([]),
});
export type ReleasedImage = z.infer<typeof ReleasedImage>;

/** A person's yes, where policy asks for one. */
const Approval = z.strictObject({ by: z.string(), reason: z.string(), at: Moment });

/** One thing that an abort undid. */
const Compensation = z.strictObject({
  what: z.string(),
  state: z.enum(['done', 'failed']),
  detail: z.string().nullable(),
});
export type Compensation = z.infer<typeof Compensation>;

const Abort = z.strictObject({
  stage: Stage,
  /** Who ended it: the foundry by its rules, or an operator. */
  by: z.enum(['rule', 'operator', 'cancellation', 'no-operator']),
  problem: Problem,
  compensations: z.array(Compensation),
});
type Abort = z.infer<typeof Abort>;

/** All that is known of a release; at its end this is the release record. */
export const ReleaseStatus = z.strictObject({
  schemaVersion: z.literal(1),
  version: OpensslVersion,
  commit: CommitId,
  state: z.enum(['running', 'waiting', 'aborting', 'completed', 'aborted']),
  stages: z.array(StageStatus),
  images: z.array(ReleasedImage),
  approval: Approval.nullable().default(null),
  /** Set while a stage waits for a person: an operator, or who approves. */
  waiting: z.strictObject({ stage: Stage, problem: Problem, until: Moment }).nullable(),
  aborted: Abort.nullable(),
});
export type ReleaseStatus = z.infer<typeof ReleaseStatus>;
