import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import type { ReadableImage } from '../../adapters/sigstore/read-attached.ts';
import type { FoundryError } from '../../domain/errors.ts';
import type { Provenance } from '../../domain/evidence/provenance.ts';
import type { Lock } from '../../domain/pins/lock.ts';
import type { Check } from '../../domain/release/check.ts';
import type { ProvenanceExpectation } from './check-provenance.ts';
import { Checklist } from './checklist.ts';
import type { Attestations, Trust } from './evidence.ts';
import {
  lookAtDependencies,
  lookAtGates,
  lookAtImage,
  lookAtName,
  lookAtProvenance,
  lookAtSbom,
  lookAtSelfTests,
  lookAtSignatures,
  lookAtSummary,
  lookAtVulnerabilities,
  lookForAttestations,
  lookForWithdrawal,
} from './image-looks.ts';
import type { Requirement } from './requirement.ts';
import { lookAtVex, lookForVex } from './vex-looks.ts';

/** What an image must be, to be taken. */
export interface ImageExpectation {
  readonly trust: Trust;
  /** Which attestations must be there: all for a consumer, those that are made so far for who makes the others. */
  readonly required: readonly Requirement[];
  /** The attestations of one release, by the digests of their bundles. Without them, the newest of each kind count. */
  readonly bundles?: readonly string[];
  /** How readers name the image, `registry/repository`. Without it, what all attestations agree on. */
  readonly name?: string;
  /** How it was built. Of an index of several platforms, the one that is expected here is looked at. */
  readonly provenance: ProvenanceExpectation;
  /** What a build must have used, no more and no less. */
  readonly lock?: Lock;
}

/** What a look at an image came to. */
export interface Examination {
  /** What was looked at, in order. */
  readonly checks: readonly Check[];
  /** Why it is refused; none when all checks passed. */
  readonly refusal: FoundryError | undefined;
  /** The provenance, once it is as expected. */
  readonly provenance: Provenance | undefined;
  /** The attestations that count, as far as they were found. */
  readonly attestations: Attestations;
  /** The image itself, once every part of it is as its digest says. */
  readonly image: OciImage | undefined;
}

/** An image that passed every check. */
export interface Verified extends Examination {
  readonly refusal: undefined;
}

/**
 * Verifies an image as a consumer does, from its digest and what is attached to it; with a trusted root, no service is asked.
 * Throws the first refusal: FND_SIGNATURE_REFUSED, FND_DIGEST_MISMATCH, FND_PROVENANCE_REFUSED, FND_SBOM_MISMATCH, FND_RESULT_REFUSED,
 * FND_SUMMARY_REFUSED, FND_WITHDRAWN, FND_BAD_DATA; FND_EVIDENCE_MISSING when nothing is wrong but something is missing; and what
 * reading throws.
 */
export async function verifyImage(image: ReadableImage, expected: ImageExpectation): Promise<Verified> {
  const { refusal, ...examination } = await examineImage(image, expected);
  if (refusal !== undefined) throw refusal;
  return { ...examination, refusal };
}

/** The same, to its end whatever is found. Throws only what reading throws when it gets no answer. */
export async function examineImage(image: ReadableImage, expected: ImageExpectation): Promise<Examination> {
  const { trust, required } = expected;
  const list = new Checklist();
  const parts = await lookAtImage(list, image, expected.provenance.platform);
  const evidence = await lookAtSignatures(list, image, parts, trust);
  const found = await lookForAttestations(list, evidence, required, expected.bundles);
  const vex = await lookForVex(list, evidence, found, expected.bundles);
  const attestations = vex === undefined ? found : { ...found, vex };
  await lookForWithdrawal(list, evidence);
  const name = await lookAtName(list, attestations, expected.name);
  const provenance = await lookAtProvenance(list, attestations.provenance, parts, expected.provenance);
  if (expected.lock !== undefined) await lookAtDependencies(list, provenance, expected.lock);
  if (required.includes('sbom')) await lookAtSbom(list, attestations.sbom, parts);
  if (required.includes('self-tests')) await lookAtSelfTests(list, attestations['self-tests'], provenance);
  if (required.includes('vulnerabilities')) await lookAtVulnerabilities(list, attestations.vulnerabilities);
  if (required.includes('gates')) await lookAtGates(list, attestations.gates);
  await lookAtVex(list, attestations, parts);
  if (required.includes('summary')) await lookAtSummary(list, attestations, name);
  return { checks: list.checks, refusal: list.refusal, provenance, attestations, image: parts };
}
