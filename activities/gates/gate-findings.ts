import { z } from 'zod';
import { Artifact } from '../../domain/artifact.ts';
import { Finding } from '../../domain/evidence/gate-result.ts';
import { Check } from '../../domain/release/check.ts';

/** What one look at one image gave: all that equal inputs give again, so nothing that depends on the hour. */
export const GateFindings = z.strictObject({
  checks: z.array(Check).min(1),
  waived: z.array(z.string()),
  findings: z.array(Finding),
  scannerVersion: z.string().min(1),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  raw: z.array(Artifact).min(1),
});
export type GateFindings = z.infer<typeof GateFindings>;

/** What a gate says of what it looked at. */
export interface GateOpinion extends Pick<GateFindings, 'scannerVersion'> {
  readonly checks: readonly Check[];
  readonly waived: readonly string[];
  readonly findings: readonly Finding[];
  /** The reports that it is made from, as the scanner wrote them. */
  readonly raw: readonly Uint8Array[];
}

/** Findings of a gate that ran well: only these stand for equal inputs. */
export const SoundFindings = GateFindings.refine(ranWell);

/** Whether a gate evaluated all that it should: else nothing follows from what it says. */
export function ranWell({ checks }: Pick<GateOpinion, 'checks'>): boolean {
  return checks.every(({ verdict }) => verdict !== 'not-run');
}
