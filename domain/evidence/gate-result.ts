import { z } from 'zod';
import { Artifact } from '../artifact.ts';
import { OciDigestText, Sha256Text } from '../pins/values.ts';
import { PLATFORMS, VARIANTS } from '../pins/variant.ts';
import { Check } from '../release/check.ts';
import { GATES } from './gate.ts';

const Database = z.strictObject({
  /** Where it was taken from. */
  uri: z.string().min(1),
  /** Of its bytes. */
  sha256: Sha256Text,
  /** When its makers made it. */
  updatedAt: z.iso.datetime(),
});

/** A known vulnerability of something in an image, or why one that a scanner names does not count. */
export const Finding = z.strictObject({
  id: z.string().min(1),
  package: z.string().min(1),
  version: z.string().min(1),
  fixedVersion: z.string().nullable(),
  severity: z.enum(['unknown', 'low', 'medium', 'high', 'critical']),
  /** `counts` blocks; `stated` passes by a person's statement (VEX); `not-affected` is refuted by the advisories of its maker; `below` is under the policy's severity. */
  state: z.enum(['counts', 'stated', 'not-affected', 'below']),
  /** Why it has that state. */
  reason: z.string(),
});
export type Finding = z.infer<typeof Finding>;

/** The CVE that a check of the gate `vulnerabilities` is about; after it, the check of the provider has the name of its package. */
export function cveOfCheck(check: string): string {
  return check.replace(/\..*$/, '');
}

/** All that one gate found for one image: the artifact behind its outcome, and what attestations are made from. */
export const GateResult = z.strictObject({
  schemaVersion: z.literal(1),
  gate: z.enum(GATES),
  variant: z.enum(VARIANTS),
  platform: z.enum(PLATFORMS),
  /** The index that was scanned. */
  image: OciDigestText,
  /** One for each expected control, one for the canary, one for the age of each database. */
  checks: z.array(Check).min(1),
  /** The checks that failed and that a waiver, or for vulnerabilities a statement, lets pass, by id. */
  waived: z.array(z.string()),
  scanner: z.strictObject({ name: z.string(), version: z.string(), sha256: Sha256Text }),
  databases: z.array(Database),
  /** Vulnerabilities only; empty for other gates. */
  findings: z.array(Finding),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** The scanner's own reports, unchanged. */
  raw: z.array(Artifact).min(1),
});
export type GateResult = z.infer<typeof GateResult>;
