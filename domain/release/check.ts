import { z } from 'zod';
import { Artifact } from '../artifact.ts';

/** What came out: `not-run` is no excuse, it blocks as `fail` does. */
const Verdict = z.enum(['pass', 'fail', 'not-run']);
type Verdict = z.infer<typeof Verdict>;

/** One thing that was looked at, and what came out. Its id never changes its meaning. */
export const Check = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]*$/, 'expected letters, digits, dots and dashes'),
  title: z.string(),
  verdict: Verdict,
  /** What was seen, for people: one line where it passed, as much as is needed where it did not. */
  detail: z.string(),
});
export type Check = z.infer<typeof Check>;

/** What a stage found. The whole list of checks is the evidence, in the artifact store; here are its sums and what did not pass. */
export const StageOutcome = z.strictObject({
  verdict: Verdict,
  counts: z.strictObject({
    pass: z.int().nonnegative(),
    fail: z.int().nonnegative(),
    'not-run': z.int().nonnegative(),
  }),
  /** The first checks that did not pass, at most {@link MOST_FAILED}, their details shortened. */
  failed: z.array(Check),
  /** The JSON of all checks, in the artifact store. */
  evidence: Artifact,
});
export type StageOutcome = z.infer<typeof StageOutcome>;

/** One in which every check was done. What was not may be possible the next time, so such an outcome stands for no later one. */
export const WholeOutcome = StageOutcome.refine(({ counts }) => counts['not-run'] === 0);

const MOST_FAILED = 20;
const LONGEST_DETAIL = 600;

/** The sums of a list of checks. No check at all is `not-run`: nothing has shown that it passed. */
export function summarise(checks: readonly Check[]): Omit<StageOutcome, 'evidence'> {
  const counts = { pass: 0, fail: 0, 'not-run': 0 };
  for (const { verdict } of checks) counts[verdict] += 1;
  const failed = checks
    .filter(({ verdict }) => verdict !== 'pass')
    .slice(0, MOST_FAILED)
    .map((check) => ({ ...check, detail: shortened(check.detail) }));
  return { verdict: verdictOf(counts), counts, failed };
}

function verdictOf(counts: StageOutcome['counts']): Verdict {
  if (counts.fail > 0) return 'fail';
  return counts['not-run'] > 0 || counts.pass === 0 ? 'not-run' : 'pass';
}

function shortened(detail: string): string {
  return detail.length > LONGEST_DETAIL ? `${detail.slice(0, LONGEST_DETAIL)}…` : detail;
}
