import { openBundle } from '../../adapters/sigstore/verify.ts';
import { SignatureRefused } from '../../adapters/sigstore/refusal.ts';
import { hexOf } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { PREDICATE_TYPES } from '../../domain/evidence/predicate-types.ts';
import { type ReleasedImage, ReleaseStatus } from '../../domain/release/status.ts';
import type { Checklist } from './checklist.ts';
import type { Attestations, Trust } from './evidence.ts';
import { readPredicate, requireNone } from './predicate.ts';

/** Which release a record must be of; what is left out may be any. */
export interface RecordExpectation {
  readonly version?: string;
  /** The commit, or the beginning of it. */
  readonly commit?: string;
}

/** The signed record of a release: genuine, of a release that completed, and about all its images. */
export async function lookAtRecord(
  list: Checklist,
  bundle: unknown,
  trust: Trust,
  expected: RecordExpectation,
): Promise<ReleaseStatus | undefined> {
  return await list.look({
    id: 'record',
    title: 'The record of the release is genuine',
    given: bundle,
    work(signed) {
      const { statement, signedAt } = openBundle(signed, trust.trustedRoot, trust.identity);
      if (statement.predicateType !== PREDICATE_TYPES.releaseRecord) {
        throw new SignatureRefused(
          'predicate-type',
          `the statement is a ${statement.predicateType}, not a ${PREDICATE_TYPES.releaseRecord}`,
        );
      }
      const value = readPredicate(statement, ReleaseStatus, 'release record', 'FND_PROVENANCE_REFUSED');
      const subjects = statement.subject.map(({ digest }) => digest['sha256'] ?? 'no sha256');
      requireNone(
        reasonsAgainst(value, subjects, expected),
        'the record does not hold',
        'FND_PROVENANCE_REFUSED',
      );
      const at = signedAt.toISOString().replace('.000Z', 'Z');
      return {
        value,
        detail: `${value.version}, commit ${value.commit}, ${value.images.length} images, signed ${at}`,
      };
    },
  });
}

/** An image has the attestations that the record of its release names. */
export async function lookAtRecorded(
  list: Checklist,
  image: ReleasedImage,
  attestations: Attestations,
): Promise<void> {
  await list.look({
    id: 'recorded',
    title: 'Its attestations are those of the record',
    given: attestations,
    work(found) {
      const here = new Set<string>(Object.values(found).map(({ bundle }) => bundle));
      const lost = image.attestations.filter(({ bundle }) => !here.has(bundle));
      if (lost.length === 0 && image.attestations.length > 0)
        return { value: true, detail: `${image.attestations.length}, each by the digest of its bundle` };
      const names = lost.map(({ predicateType, bundle }) => `${predicateType} (${bundle})`).join(', ');
      throw new FoundryError(
        'FND_EVIDENCE_MISSING',
        lost.length === 0
          ? 'the record names no attestation of the image'
          : `the record names attestations that are not here, or not the newest: ${names}`,
      );
    },
  });
}

function reasonsAgainst(
  { state, version, commit, images }: ReleaseStatus,
  subjects: readonly string[],
  expected: RecordExpectation,
): string[] {
  // The images of a variant for several platforms are under one index.
  const named = [...new Set(images.map(({ digest }) => hexOf(digest)))];
  return [
    ...(state === 'completed' ? [] : [`the release is ${state}`]),
    ...(expected.version === undefined || expected.version === version
      ? []
      : [`it is of ${version}, expected ${expected.version}`]),
    ...(expected.commit === undefined || commit.startsWith(expected.commit)
      ? []
      : [`it is of commit ${commit}, expected ${expected.commit}`]),
    ...(images.length === 0 ? ['it names no image'] : []),
    ...(named.toSorted().join() === subjects.toSorted().join()
      ? []
      : [`it names the images ${named.join(', ')} and is about ${subjects.join(', ')}`]),
  ];
}
