import { z } from 'zod';
import { GATES } from '../../../domain/evidence/gate.ts';
import { PLATFORMS, VARIANTS } from '../../../domain/pins/variant.ts';
import { Check } from '../../../domain/release/check.ts';

const Moment = z.string();
const VariantName = z.enum(VARIANTS);

/** How a release stands, in the word that heads its page. */
const VERDICTS = ['released', 'refused', 'aborted', 'waiting', 'under way', 'unknown'] as const;

/** What can be said of something that is checked. `stale`: it was judged by knowledge that is too old. Nothing is not `pass`. */
export const GATE_STATES = ['pass', 'fail', 'not-run', 'stale'] as const;

const Command = z.strictObject({ what: z.string(), command: z.string() });
const Counts = z.strictObject({ pass: z.int(), fail: z.int(), 'not-run': z.int() });
const Evidence = z.strictObject({ digest: z.string(), bytes: z.int(), mediaType: z.string() });

const PartReport = z.strictObject({
  name: z.string(),
  state: z.string(),
  seconds: z.number().nullable(),
  detail: z.string(),
  counts: Counts.nullable(),
  evidence: Evidence.nullable(),
});

export const StageReport = z.strictObject({
  stage: z.string(),
  state: z.string(),
  attempts: z.int(),
  /** From the beginning of the release; null where it has not begun. */
  offset: z.number().nullable(),
  seconds: z.number().nullable(),
  parts: z.array(PartReport),
});
export type StageReport = z.infer<typeof StageReport>;

const ProblemReport = z.strictObject({
  stage: z.string(),
  code: z.string(),
  message: z.string(),
  hint: z.string().nullable(),
  check: z.string().nullable(),
});

export const ImageReport = z.strictObject({
  variant: VariantName,
  platform: z.enum(PLATFORMS),
  /** `registry/repository`. */
  name: z.string(),
  tag: z.string().nullable(),
  digest: z.string(),
  bytes: z.int().nullable(),
  packages: z.int().nullable(),
  verdict: z.enum(['verified', 'refused']),
  refusal: z.string().nullable(),
  checks: z.array(Check),
  commands: z.array(Command),
});
export type ImageReport = z.infer<typeof ImageReport>;

/** One verdict for each image that the column heads name: `-` where the test is not for that variant. */
const Mark = z.enum(['pass', 'fail', 'not-run', '-']);

export const SelfTestGroup = z.strictObject({
  prefix: z.string(),
  title: z.string(),
  counts: z.array(z.strictObject({ pass: z.int(), fail: z.int() })),
  tests: z.array(z.strictObject({ id: z.string(), title: z.string(), marks: z.array(Mark) })),
});
export type SelfTestGroup = z.infer<typeof SelfTestGroup>;

export const GateCell = z.strictObject({
  gate: z.enum(GATES),
  state: z.enum(GATE_STATES),
  counts: Counts.nullable(),
  /** Why it is not `pass`, or what passed by a waiver or a statement. */
  note: z.string(),
  scanner: z.string(),
  databases: z.array(z.string()),
  evidence: z.string().nullable(),
});
export type GateCell = z.infer<typeof GateCell>;

const Component = z.strictObject({
  name: z.string(),
  version: z.string(),
  origin: z.string(),
  licence: z.string(),
  sha256: z.string(),
  variants: z.array(VariantName),
});
export type Component = z.infer<typeof Component>;

const Rebuilt = z.strictObject({
  what: z.string(),
  /** Null where the evidence of one builder is not there. */
  a: z.string().nullable(),
  b: z.string().nullable(),
  isEqual: z.boolean(),
});

export const Changes = z.strictObject({
  since: z.strictObject({ version: z.string(), commit: z.string() }),
  packages: z.array(
    z.strictObject({
      name: z.string(),
      before: z.string().nullable(),
      after: z.string().nullable(),
      variants: z.array(VariantName),
    }),
  ),
  /** What the watch knew of in the earlier images when the release ended, and the signed scans do not name. */
  gone: z.array(
    z.strictObject({
      id: z.string(),
      severity: z.string(),
      package: z.string(),
      version: z.string(),
      variants: z.array(VariantName),
    }),
  ),
  /** False when nobody had looked at the earlier images: then nothing is known of what is gone. */
  isWatched: z.boolean(),
  sizes: z.array(
    z.strictObject({ variant: VariantName, before: z.int().nullable(), after: z.int().nullable() }),
  ),
  /** Variants whose packages could not be compared. */
  missing: z.array(z.string()),
});
export type Changes = z.infer<typeof Changes>;

/** All that the page of one release says. Made by `reportOf`; every text in it is still to be escaped. */
export const ReleaseReport = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string(),
  version: z.string(),
  commit: z.string(),
  verdict: z.enum(VERDICTS),
  /** One sentence: why the verdict is what it is. */
  because: z.string(),
  startedAt: Moment,
  endedAt: Moment.nullable(),
  seconds: z.number().nullable(),
  source: z.string().nullable(),
  signer: z.strictObject({ identity: z.string(), issuer: z.string() }).nullable(),
  provider: z.string().nullable(),
  approval: z.strictObject({ by: z.string(), reason: z.string(), at: Moment }).nullable(),
  waiting: ProblemReport.extend({ until: Moment, for: z.string() }).nullable(),
  aborted: ProblemReport.extend({
    by: z.string(),
    compensations: z.array(
      z.strictObject({ what: z.string(), state: z.string(), detail: z.string().nullable() }),
    ),
  }).nullable(),
  next: z.array(Command),
  record: z.array(Check),
  stages: z.array(StageReport),
  failed: z.array(Check.extend({ part: z.string() })),
  images: z.array(ImageReport),
  /** Which images the columns of self-tests stand for. */
  tested: z.array(z.string()),
  untested: z.array(z.string()),
  selfTests: z.array(SelfTestGroup),
  gates: z.array(z.strictObject({ image: z.string(), cells: z.array(GateCell) })),
  statements: z.array(z.strictObject({ id: z.string(), status: z.string(), says: z.string() })),
  components: z.array(Component),
  withoutSbom: z.array(z.string()),
  provenance: z.array(z.strictObject({ image: z.string(), sentences: z.array(z.string()) })),
  rebuilt: z.array(Rebuilt),
  changes: Changes.nullable(),
  evidence: z.array(
    z.strictObject({
      where: z.string(),
      what: z.string(),
      digest: z.string(),
      bytes: z.int().nullable(),
      at: Moment.nullable(),
    }),
  ),
});
export type ReleaseReport = z.infer<typeof ReleaseReport>;
