import { FoundryError } from '../../domain/errors.ts';
import { VERIFIER_ID } from '../../domain/evidence/project.ts';
import { BUILD_LEVEL, VerificationSummary } from '../../domain/evidence/verification-summary.ts';
import type { Attested } from './evidence.ts';
import { readPredicate, requireNone } from './predicate.ts';

const CODE = 'FND_SUMMARY_REFUSED';

/** What a summary must be about. */
export interface SummaryExpectation {
  /** How readers name the image, `registry/repository`. */
  readonly name: string;
  /** The attestations that were verified here, by what they are. */
  readonly verified: readonly Attested[];
}

/**
 * The verification summary (VSA) of an image, consistent with what was verified here. Throws FND_SUMMARY_REFUSED with every difference;
 * FND_EVIDENCE_MISSING when it was made from more than is here.
 */
export function requireSummary({ statement }: Attested, expected: SummaryExpectation): VerificationSummary {
  const summary = readPredicate(statement, VerificationSummary, 'verification summary', CODE);
  const inputs = new Set(summary.inputAttestations.flatMap(({ digest }) => digest?.['sha256'] ?? []));
  const verified = new Set<string>(expected.verified.map(({ bundle }) => bundle));
  const uncovered = [...verified].filter((digest) => !inputs.has(digest));
  requireNone(
    [
      ...(summary.verificationResult === 'PASSED' ? [] : [`it says ${summary.verificationResult}`]),
      ...(summary.resourceUri === expected.name
        ? []
        : [`it is of ${summary.resourceUri}, expected ${expected.name}`]),
      ...(summary.verifier.id === VERIFIER_ID
        ? []
        : [`it is by ${summary.verifier.id}, expected ${VERIFIER_ID}`]),
      ...(summary.verifiedLevels.includes(BUILD_LEVEL) ? [] : [`it does not say ${BUILD_LEVEL}`]),
      ...uncovered.map((digest) => `it was made without the attestation ${digest}, which is here`),
    ],
    'the verification summary does not hold',
    CODE,
  );
  const lost = [...inputs].filter((digest) => !verified.has(digest));
  if (lost.length === 0) return summary;
  throw new FoundryError(
    'FND_EVIDENCE_MISSING',
    `the verification summary was made from ${lost.length} attestations that are not here: ${lost.join(', ')}`,
  );
}
