import { z } from 'zod';
import { ResourceDescriptor } from './resource-descriptor.ts';

/** The SLSA level that our builds meet, see docs/slsa.md. */
export const BUILD_LEVEL = 'SLSA_BUILD_LEVEL_3';

/** The predicate of `https://slsa.dev/verification_summary/v1` (SLSA 1.2). */
export const VerificationSummary = z.strictObject({
  verifier: z.strictObject({ id: z.string().min(1), version: z.record(z.string(), z.string()) }),
  timeVerified: z.iso.datetime(),
  /** Which image it is, as `pkg:oci/…` or `registry/repository`. */
  resourceUri: z.string().min(1),
  policy: ResourceDescriptor,
  /** All attestations that were verified, by the digest of their bundles. */
  inputAttestations: z.array(ResourceDescriptor).min(1),
  verificationResult: z.enum(['PASSED', 'FAILED']),
  verifiedLevels: z.array(z.string()),
  slsaVersion: z.string(),
});
export type VerificationSummary = z.infer<typeof VerificationSummary>;
