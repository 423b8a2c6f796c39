import type { Sha256 } from '../../../domain/digest.ts';
import { VERIFIER_ID } from '../../../domain/evidence/project.ts';
import { BUILD_LEVEL, type VerificationSummary } from '../../../domain/evidence/verification-summary.ts';
import type { Attestation } from '../../../domain/release/status.ts';
import { VERSIONS_FILE } from '../../../domain/pins/pin-files.ts';
import { sourceUri } from '../../../domain/evidence/provenance.ts';
import { BUNDLE_MEDIA_TYPE } from '../../../adapters/sigstore/attach.ts';
import type { ReadPlan } from '../../plan/read-plan.ts';

/** What a verification summary is made from. */
export interface SummaryInput {
  readonly read: ReadPlan;
  /** `registry/repository` that the image is published in. */
  readonly published: string;
  /** Everything that was verified. */
  readonly attestations: readonly Attestation[];
  /** The builds of the workflow code, sorted. */
  readonly builds: readonly string[];
  /** When it was verified, in ISO 8601. */
  readonly at: string;
}

/** The summary of a verification that passed: what was not is never summarised. The policy is the `versions.hcl` of the commit. */
export function summaryOf({ read, published, attestations, builds, at }: SummaryInput): VerificationSummary {
  const { plan } = read;
  return {
    verifier: { id: VERIFIER_ID, version: builds.length === 0 ? {} : { workflows: builds.join(' ') } },
    timeVerified: at,
    resourceUri: published,
    policy: {
      uri: `${sourceUri(plan.source)}@${plan.commit}#${VERSIONS_FILE}`,
      digest: { sha256: pinsDigest(read) },
    },
    inputAttestations: attestations.map(({ predicateType, suite, bundle }) => ({
      name: suite === null ? predicateType : `${predicateType} (${suite})`,
      digest: { sha256: bundle },
      mediaType: BUNDLE_MEDIA_TYPE,
    })),
    verificationResult: 'PASSED',
    verifiedLevels: [BUILD_LEVEL],
    slsaVersion: '1.2',
  };
}

/** The digest of `versions.hcl`, which holds the policy and the waivers. */
export function pinsDigest({ plan }: ReadPlan): Sha256 {
  const pins = plan.files[VERSIONS_FILE];
  if (pins === undefined) throw new Error('a plan that was read has its pins');
  return pins.digest;
}
