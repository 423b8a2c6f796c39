import { OPENVEX } from './openvex.ts';
import { RELEASE_RECORD_TYPE, WITHDRAWAL_TYPE } from './project.ts';

/** What the attestations of an image claim, by the URI that in-toto statements name it with. */
export const PREDICATE_TYPES = {
  /** CycloneDX; cosign's `--type cyclonedx`. */
  sbom: 'https://cyclonedx.org/bom',
  provenance: 'https://slsa.dev/provenance/v1',
  /** Twice on each image: for the self-tests and for the gates, told apart by the first name of `configuration`. */
  testResult: 'https://in-toto.io/attestation/test-result/v0.1',
  vulnerabilities: 'https://in-toto.io/attestation/vulns/v0.2',
  /** Only where persons state something about vulnerabilities of the image. */
  vex: OPENVEX,
  verificationSummary: 'https://slsa.dev/verification_summary/v1',
  releaseRecord: RELEASE_RECORD_TYPE,
  withdrawal: WITHDRAWAL_TYPE,
} as const;
export type PredicateType = (typeof PREDICATE_TYPES)[keyof typeof PREDICATE_TYPES];
